// What the page's Content-Security-Policy asks of scripts: addresses of programs come from here, and styles go in through the
// object model, never as the text of an attribute.

/** Lets pass what lies beside the page, and what this very script made. */
const addresses = globalThis.trustedTypes?.createPolicy('service-playground', {
  createScriptURL(address) {
    const { href, protocol } = new URL(address, document.baseURI);
    if (protocol === 'blob:' || href.startsWith(new URL('.', document.baseURI).href)) return address;
    throw new TypeError(`no script of this page: ${address}`);
  },
});

/** The address of a script or a worker, as a browser that enforces Trusted Types wants it. */
export function trusted(address) {
  return addresses ? addresses.createScriptURL(address) : address;
}

/** Has `setAttribute` set styles property by property, which the policy allows. */
export function styleByProperties() {
  const { setAttribute } = Element.prototype;
  Element.prototype.setAttribute = function (name, value) {
    if (name === 'style') this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
}

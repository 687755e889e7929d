// <service-playground>: YAML in a page's source that becomes a playground when it is seen.
//
//   <service-playground view="split"><pre>…YAML…</pre><a href="…">Open in the Service Playground</a></service-playground>
//
// Without scripts the text and the link stay. docs/embedding.md documents it.

const NAME = 'service-playground';
/** What goes into the frame's address as it is. */
const WORDS = ['view', 'ui', 'readonly', 'autoplay', 'speed', 'story', 'present'];
/** What the element says itself: on the button of the still picture, and as the title of the frame. */
const SAID = {
  en: ['Run it', 'Requests through a Kubernetes Service'],
  de: ['Ausführen', 'Anfragen durch einen Service von Kubernetes'],
};
/** Where the playground lies: beside this script. */
const home = new URL('.', document.currentScript?.src ?? document.querySelector(`script[src*="${NAME}.js"]`)?.src ?? location.href);

const look = `:host{display:block;position:relative;margin:1em 0}:host([hidden]){display:none}
iframe{display:block;width:100%;border:0;height:420px}
.still{max-height:420px;overflow:auto}
button{position:absolute;right:12px;bottom:12px;min-height:40px;padding:0 16px;border:0;border-radius:8px;background:CanvasText;color:Canvas;font:600 14px system-ui,sans-serif;cursor:pointer}
button:focus-visible{outline:2px solid CanvasText;outline-offset:2px}
[hidden]{display:none!important}
@media print{.still{max-height:none}button{display:none}}`;

class ServicePlayground extends HTMLElement {
  static observedAttributes = ['theme', 'height'];
  #frame;
  #still;
  #watch = [];
  /** What is sent once the frame is ready. */
  #waiting = [];
  #ready = false;
  #playing = false;
  /** Whether it plays again when it is seen again. */
  #resumes = false;

  connectedCallback() {
    if (!this.#still) this.#begin();
    const hear = (event) => this.#hear(event);
    addEventListener('message', hear);
    this.#watch.push(() => removeEventListener('message', hear));
    this.#seen();
    this.#followTheme();
  }

  disconnectedCallback() {
    for (const end of this.#watch.splice(0)) end();
    // A frame that is moved loads anew.
    this.#ready = false;
  }

  attributeChangedCallback(name) {
    if (!this.#frame) return;
    if (name === 'height') this.#resize(this.getAttribute('height'));
    else this.#send({ type: 'theme', theme: this.#theme() });
  }

  /** Opens a text or a link in place of what is shown. */
  load(what) {
    this.start();
    this.#send({ type: 'load', ...(typeof what === 'string' ? { text: what } : what) });
  }
  play() {
    this.start();
    this.#send({ type: 'play' });
  }
  pause() {
    this.#send({ type: 'pause' });
  }
  seek(seconds) {
    this.#send({ type: 'seek', seconds });
  }
  run(command) {
    this.#send({ type: 'run', command });
  }

  /** Loads the playground, if it is not loaded yet. */
  async start() {
    if (this.#frame) return;
    const frame = (this.#frame = document.createElement('iframe'));
    frame.title = this.title || this.getAttribute('aria-label') || this.#said()[1];
    frame.allow = 'clipboard-write';
    if (this.hasAttribute('sandbox')) frame.sandbox = this.getAttribute('sandbox');
    const fragment = await this.#fragment();
    const language = this.#language();
    const spoken = language ? `&lang=${language}` : '';
    const query = WORDS.flatMap((word) => (this.hasAttribute(word) ? [`&${word}=${encodeURIComponent(this.getAttribute(word))}`] : []));
    frame.src = `${new URL(this.getAttribute('src') ?? '', home)}?embed${query.join('')}&theme=${this.#theme()}${spoken}${fragment}`;
    this.#resize(this.getAttribute('height'));
    this.#still.hidden = true;
    this.shadowRoot.append(frame);
  }

  /** The one of the element, else of the page around it. */
  #language() {
    return this.closest('[lang]')?.lang.slice(0, 2).toLowerCase();
  }

  #said() {
    return SAID[this.#language()] ?? SAID.en;
  }

  #begin() {
    const root = this.attachShadow({ mode: 'open' });
    // Unlike an element, a sheet that a script made is no concern of the page's policy.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(look);
    root.adoptedStyleSheets = [sheet];
    this.#still = document.createElement('div');
    const text = document.createElement('div');
    text.className = 'still';
    text.append(document.createElement('slot'));
    const button = document.createElement('button');
    button.textContent = this.#said()[0];
    button.onclick = () => this.start().then(() => this.#frame.focus());
    this.#still.append(text, button);
    root.append(this.#still);
  }

  /** Starts when it comes near what is seen, and plays only while it is seen. */
  #seen() {
    const loading = this.getAttribute('loading');
    if (loading === 'eager') this.start();
    const near = new IntersectionObserver(([seen]) => seen.isIntersecting && this.start(), { rootMargin: '300px' });
    if (!loading || loading === 'lazy') near.observe(this);
    const visible = new IntersectionObserver(([seen]) => this.#show(seen.isIntersecting));
    visible.observe(this);
    this.#watch.push(() => near.disconnect(), () => visible.disconnect());
  }

  #show(visible) {
    this.#isSeen = visible;
    if (!this.#ready) return;
    if (!visible && this.#playing) {
      this.#resumes = true;
      this.pause();
    } else if (visible && this.#resumes) {
      this.#resumes = false;
      this.play();
    }
  }
  #isSeen = false;

  /** The theme that the attribute asks for, else that of the text around: light letters stand on a dark page. */
  #theme() {
    const asked = this.getAttribute('theme');
    if (asked === 'light' || asked === 'dark') return asked;
    const [red, green, blue] = (getComputedStyle(this).color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
    return red * 0.3 + green * 0.6 + blue * 0.1 > 140 ? 'dark' : 'light';
  }

  #followTheme() {
    let told = this.#theme();
    const tell = () => {
      const theme = this.#theme();
      if (theme !== told) this.#send({ type: 'theme', theme: (told = theme) });
    };
    const changes = new MutationObserver(tell);
    for (const node of [document.documentElement, document.body]) changes.observe(node, { attributes: true });
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', tell);
    this.#watch.push(() => changes.disconnect(), () => system.removeEventListener('change', tell));
  }

  #hear({ source, data }) {
    if (!this.#frame || source !== this.#frame.contentWindow || data?.source !== NAME) return;
    const { type } = data;
    if (type === 'ready') {
      this.#ready = true;
      for (const message of this.#waiting.splice(0)) this.#send(message);
    }
    if (type === 'playing') {
      this.#playing = data.playing;
      if (data.playing && !this.#isSeen) this.#show(false);
    }
    if (type === 'height' && !this.hasAttribute('height')) this.#resize(data.height);
    this.dispatchEvent(new CustomEvent(type, { detail: data, bubbles: true }));
  }

  #send(message) {
    if (!this.#ready) this.#waiting.push(message);
    // The frame's own page checks where this comes from; in a sandbox it has no origin to be named.
    else this.#frame.contentWindow.postMessage({ target: NAME, ...message }, '*');
  }

  #resize(height) {
    if (this.#frame && height > 0) this.#frame.style.height = `${height}px`;
  }

  /** What the frame opens: the text inside, or the link with `from="link"` and where there is no text. */
  async #fragment() {
    const link = this.querySelector('a[href*="#v"]')?.hash ?? '';
    const inside = this.querySelector('pre,script,template');
    const text = inside ? (inside.content ?? inside).textContent : [...this.childNodes].map((node) => (node.nodeType === 3 ? node.data : '')).join('');
    if (this.getAttribute('from') === 'link' || !text.trim()) return link;
    // A scenario document says its seed itself.
    const seed = /^\s*apiVersion: *playground\//m.test(text) ? 0 : 7;
    return `#v1.d.${await deflated(JSON.stringify({ text: dedented(text), seed }))}`;
  }
}

/** Without empty lines around, and without the indentation that all lines share. */
function dedented(text) {
  const lines = text.replace(/\r/g, '').replace(/^([ \t]*\n)+|\s+$/g, '').split('\n');
  const indents = lines.filter((line) => line.trim()).map((line) => line.search(/\S/));
  return `${lines.map((line) => line.slice(Math.min(...indents))).join('\n')}\n`;
}

/** Codec d of links: raw deflate as base64url. */
async function deflated(text) {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  let bytes = '';
  for (const byte of new Uint8Array(await new Response(stream).arrayBuffer())) bytes += String.fromCharCode(byte);
  return btoa(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}

customElements.define(NAME, ServicePlayground);

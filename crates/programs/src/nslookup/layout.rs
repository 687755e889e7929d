//! Prints records as `nslookup` does.

use super::Nslookup;
use crate::bind::{by_name_and_type, written};
use network::dns::{DnsMessage, DnsRecord, Question, RecordData};

impl Nslookup<'_> {
    /// Models: nslookup.c printsection.
    pub(super) fn print_section(&mut self, records: &[DnsRecord], answers: bool) {
        for record in by_name_and_type(records) {
            let name = written(&record.name);
            match &record.data {
                RecordData::Address(address) if answers => self.line(&format!("Name:\t{name}\nAddress: {address}")),
                RecordData::Soa { .. } => {
                    self.line(&name);
                    self.print_soa(&record.data);
                }
                data => self.line(&format!("{name}\t{}{data}", words(data))),
            }
        }
    }

    /// Models: nslookup.c printsoa.
    fn print_soa(&mut self, data: &RecordData) {
        let RecordData::Soa {
            ns,
            mailbox,
            serial,
            refresh,
            retry,
            expire,
            minimum,
        } = data
        else {
            return;
        };
        self.line(&format!(
            "\torigin = {}\n\tmail addr = {}\n\tserial = {serial}\n\trefresh = {refresh}\n\tretry = {retry}\n\texpire = {expire}\n\tminimum = {minimum}",
            written(ns),
            written(mailbox),
        ));
    }

    /// Models: nslookup.c printmessage under `debug`, detailsection.
    pub(super) fn print_details(&mut self, question: &Question, message: &DnsMessage) {
        self.line("------------");
        self.line("    QUESTIONS:");
        let class = self.settings.class.to_ascii_uppercase();
        self.line(&format!(
            "\t{}, type = {}, class = {class}",
            written(&question.name),
            question.kind
        ));
        for (title, records) in [
            ("ANSWERS", &message.answer),
            ("AUTHORITY RECORDS", &message.authority),
            ("ADDITIONAL RECORDS", &message.additional),
        ] {
            self.line(&format!("    {title}:"));
            for record in by_name_and_type(records) {
                self.line(&format!("    ->  {}", written(&record.name)));
                match &record.data {
                    data @ RecordData::Soa { .. } => self.print_soa(data),
                    data => self.line(&format!("\t{}{data}", words(data))),
                }
                self.line(&format!("\tttl = {}", record.ttl));
            }
        }
        self.line("------------");
    }
}

/// The words before a record's data.
fn words(data: &RecordData) -> &'static str {
    match data {
        RecordData::Address(address) if address.is_ipv4() => "internet address = ",
        RecordData::Address(_) => "has AAAA address ",
        RecordData::Cname(_) => "canonical name = ",
        RecordData::Ns(_) => "nameserver = ",
        RecordData::Ptr(_) => "name = ",
        RecordData::Soa { .. } => "soa = ",
        RecordData::Srv { .. } => "service = ",
        RecordData::Txt(_) => "text = ",
    }
}

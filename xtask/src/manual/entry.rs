//! A function, with all that the reference says of it.

use std::collections::BTreeMap;

use syn::{Expr, Item, Lit, Meta};

use super::comment::Comment;
use super::parameters::{Parameter, Table};
use super::{Result, differences, prototypes};
use crate::sources::{self, Source};

pub struct Entry {
    pub name: String,
    /// The file or folder of `src/api/`, and what it says that it is about.
    pub topic: String,
    pub title: String,
    pub prototype: String,
    pub parameters: Vec<Parameter>,
    pub comment: Comment,
    pub differences: Vec<String>,
    /// What is missing beside what the comment lacks.
    missing: Vec<String>,
}

/// All exported functions, in the order of their sources.
pub fn read() -> Result<Vec<Entry>> {
    let sources = sources::read().map_err(|error| error.to_string())?;
    let sources: Vec<_> = sources.iter().filter(|source| source.name.starts_with("api/")).collect();
    let titles = titles(&sources);
    let mut prototypes = prototypes::read()?;
    let mut table = Table::read()?;
    let list = differences::read()?;
    let mut entries = Vec::new();
    for source in &sources {
        let file = syn::parse_file(&source.text).map_err(|error| format!("{}: {error}", source.name))?;
        for item in file.items {
            let Item::Fn(item) = item else { continue };
            let name = item.sig.ident.to_string();
            // Those of uv/ext.h are described there.
            if item.sig.abi.is_none() || !name.starts_with("uv_") || name.starts_with("uv_ext_") {
                continue;
            }
            let prototype =
                prototypes.remove(&name).ok_or_else(|| format!("{name}: uv.h has no prototype"))?;
            let mut missing = Vec::new();
            let mut parameters = Vec::new();
            for declaration in &prototype.parameters {
                match table.find(&name, declaration) {
                    Some(parameter) => parameters.push(parameter),
                    None => missing.push(format!("the parameter \"{declaration}\" (parameters.tsv)")),
                }
            }
            let topic = topic(&source.name);
            entries.push(Entry {
                differences: differences::of(&name, &list),
                comment: Comment::read(&doc(&item.attrs)),
                prototype: prototype.text,
                title: titles.get(&topic).cloned().unwrap_or_default(),
                name,
                topic,
                parameters,
                missing,
            });
        }
    }
    if let Some(name) = prototypes.keys().next() {
        return Err(format!("{name} is in uv.h, and not in src/api"));
    }
    let unused = table.unused();
    if !unused.is_empty() {
        return Err(format!("parameters.tsv has lines for what is not there:\n{}", unused.join("\n")));
    }
    refer(&mut entries);
    Ok(entries)
}

/// Fills in what the comments refer to.
fn refer(entries: &mut [Entry]) {
    let comments: BTreeMap<_, _> =
        entries.iter().map(|entry| (entry.name.clone(), entry.comment.clone())).collect();
    for entry in entries {
        let comment = &mut entry.comment;
        if let Some(other) = comment.outcome_of.as_ref().and_then(|other| comments.get(other)) {
            comment.outcome.clone_from(&other.outcome);
        }
        if let Some(other) = comment.threads_of.as_ref().and_then(|other| comments.get(other)) {
            comment.threads.clone_from(&other.threads);
        }
    }
}

/// What functions do not say.
pub fn complaints(entries: &[Entry]) -> Vec<String> {
    let mut complaints = Vec::new();
    for entry in entries {
        let comment = &entry.comment;
        let parts = [
            ("what it is for", comment.summary()),
            ("what it returns, or that it cannot fail", &comment.outcome),
            ("which threads may call it", &comment.threads),
            ("the page of libuv's documentation", &comment.page),
            ("since which libuv there is it", &comment.since),
        ];
        let lacks = parts.iter().filter(|(_, text)| text.is_empty()).map(|(part, _)| (*part).to_owned());
        for part in lacks.chain(entry.missing.iter().cloned()) {
            complaints.push(format!("{}: does not say {part}", entry.name));
        }
    }
    complaints
}

/// "api/fs/file.rs" and "api/async_.rs" as "fs" and "async".
fn topic(source: &str) -> String {
    let inside = source.trim_start_matches("api/").trim_end_matches(".rs");
    inside.split('/').next().unwrap_or(inside).trim_end_matches('_').to_owned()
}

/// What the first lines of topics say.
fn titles(sources: &[&Source]) -> BTreeMap<String, String> {
    let is_first = |source: &&&Source| {
        let inside = source.name.trim_start_matches("api/");
        !inside.contains('/') || inside.ends_with("/mod.rs")
    };
    let title = |source: &&Source| {
        let line = source.text.lines().next().unwrap_or_default().trim_start_matches("//! ");
        let line = line.split(" <").next().unwrap_or(line);
        (topic(&source.name), line.trim_end_matches(['.', ':']).to_owned())
    };
    sources.iter().filter(is_first).map(title).collect()
}

fn doc(attributes: &[syn::Attribute]) -> Vec<String> {
    let line = |attribute: &syn::Attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    };
    attributes.iter().filter_map(line).collect()
}

impl Entry {
    /// Other functions that the texts name.
    pub fn see_also(&self, all: &[Entry]) -> Vec<String> {
        let comment = &self.comment;
        let parameters = self.parameters.iter().map(|parameter| &parameter.text);
        let texts = comment.purpose.iter().chain([&comment.outcome, &comment.threads, &comment.duties]);
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        let mut names: Vec<String> = texts
            .chain(parameters)
            .flat_map(|text| text.split(|letter| !is_part(letter)))
            .filter(|word| *word != self.name && all.iter().any(|entry| entry.name == *word))
            .map(str::to_owned)
            .collect();
        names.sort();
        names.dedup();
        names
    }
}

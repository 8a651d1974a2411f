//! The tree of modules, as far as it can be read: what each defines, brings into scope and names.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ImplItem, Item, UseTree, Visibility};

use crate::generated::Result;
use crate::sources::Source;

/// The names of a path, from its first: `crate`, `core`, `queue`, `List`.
pub type Path = Vec<String>;

/// A name that `use` brings into scope.
pub struct Import {
    pub path: Path,
    /// Whether it is there for other modules too.
    pub public: bool,
}

#[derive(Default)]
pub struct Module {
    /// Below `src/`.
    pub file: String,
    pub parent: Option<usize>,
    pub children: BTreeMap<String, usize>,
    /// The items that are defined here.
    pub items: BTreeSet<String>,
    /// Those of them that are macros.
    pub macros: BTreeSet<String>,
    /// Words within macros that stand for items: some of these may be defined here as well.
    pub made: BTreeSet<String>,
    pub imports: BTreeMap<String, Import>,
    /// The modules of which everything is in scope.
    pub globs: Vec<Path>,
    /// Paths of two names or more.
    pub paths: BTreeSet<Path>,
    /// Names that stand alone.
    pub words: BTreeSet<String>,
}

/// All modules but tests; the first is the root.
pub struct Modules(pub Vec<Module>);

impl Modules {
    pub fn read(sources: &[Source]) -> Result<Modules> {
        let mut modules = Modules(Vec::new());
        modules.file(sources, "lib.rs", None)?;
        Ok(modules)
    }

    /// Reads the module that is a file, and its children; gives its index.
    fn file(&mut self, sources: &[Source], name: &str, parent: Option<usize>) -> Result<usize> {
        let source = sources.iter().find(|source| source.name == name);
        let source = source.ok_or_else(|| format!("{name}: there is no such file"))?;
        let parsed = syn::parse_file(&source.text).map_err(|error| format!("{name}: {error}"))?;
        let index = self.add(name, parent);
        // Where its children are.
        let folder = match name.strip_suffix("mod.rs").or(name.strip_suffix("lib.rs")) {
            Some(folder) => folder.to_string(),
            None => format!("{}/", name.trim_end_matches(".rs")),
        };
        for item in parsed.items {
            self.item(sources, index, &folder, item)?;
        }
        Ok(index)
    }

    fn add(&mut self, file: &str, parent: Option<usize>) -> usize {
        self.0.push(Module { file: file.to_string(), parent, ..Module::default() });
        self.0.len() - 1
    }

    fn item(&mut self, sources: &[Source], index: usize, folder: &str, item: Item) -> Result<()> {
        if is_test(attributes(&item)) {
            return Ok(());
        }
        match item {
            Item::Mod(inner) => {
                let name = inner.ident.to_string();
                let child = match inner.content {
                    Some((_, items)) => {
                        let file = self.0[index].file.clone();
                        let child = self.add(&file, Some(index));
                        for item in items {
                            self.item(sources, child, &format!("{folder}{name}/"), item)?;
                        }
                        child
                    }
                    None => {
                        let mut names =
                            [format!("{folder}{name}.rs"), format!("{folder}{name}/mod.rs")].into_iter();
                        let is_there = |file: &String| sources.iter().any(|source| source.name == *file);
                        let file =
                            names.find(is_there).ok_or_else(|| format!("{folder}{name}: no file for it"))?;
                        self.file(sources, &file, Some(index))?
                    }
                };
                self.0[index].children.insert(name, child);
            }
            Item::Use(inner) => {
                let public = !matches!(inner.vis, Visibility::Inherited);
                self.0[index].import(&inner.tree, &mut Vec::new(), public);
            }
            Item::Macro(inner) => {
                match &inner.ident {
                    Some(name) => {
                        self.0[index].items.insert(name.to_string());
                        self.0[index].macros.insert(name.to_string());
                    }
                    None => words(inner.mac.tokens.clone(), &mut self.0[index].made),
                }
                self.0[index].scan(inner.to_token_stream());
            }
            Item::Impl(mut inner) => {
                inner
                    .items
                    .retain(|item| !matches!(item, ImplItem::Fn(function) if is_test(&function.attrs)));
                self.0[index].scan(inner.to_token_stream());
            }
            Item::ForeignMod(inner) => {
                let functions = inner.items.iter().filter_map(|item| match item {
                    syn::ForeignItem::Fn(function) => Some(function.sig.ident.to_string()),
                    _ => None,
                });
                self.0[index].items.extend(functions);
                self.0[index].scan(inner.to_token_stream());
            }
            item => {
                self.0[index].items.extend(defined(&item));
                self.0[index].scan(item.to_token_stream());
            }
        }
        Ok(())
    }
}

impl Module {
    fn import(&mut self, tree: &UseTree, path: &mut Path, public: bool) {
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.import(&step.tree, path, public);
                path.pop();
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, path, public)),
            UseTree::Glob(_) => self.globs.push(path.clone()),
            UseTree::Name(name) if name.ident == "self" => {
                let last = path.last().cloned().unwrap_or_default();
                self.imports.insert(last, Import { path: path.clone(), public });
            }
            UseTree::Name(name) => self.named(path, &name.ident, &name.ident, public),
            UseTree::Rename(name) => self.named(path, &name.ident, &name.rename, public),
        }
    }

    fn named(&mut self, path: &Path, name: &syn::Ident, alias: &syn::Ident, public: bool) {
        let path = path.iter().cloned().chain([name.to_string()]).collect();
        self.imports.insert(alias.to_string(), Import { path, public });
    }

    /// Takes the paths, words and inner `use`s out of code.
    fn scan(&mut self, code: TokenStream) {
        let tokens: Vec<TokenTree> = code.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Ident(word) if word == "use" => {
                    let statement: TokenStream =
                        tokens[at..].iter().take_while(|token| !is_mark(token, ';')).cloned().collect();
                    let end = statement.clone().into_iter().count();
                    let statement = quote::quote! { #statement; };
                    if let Ok(inner) = syn::parse2::<syn::ItemUse>(statement) {
                        self.import(&inner.tree, &mut Vec::new(), false);
                        at += end;
                    }
                }
                TokenTree::Ident(word) => {
                    let mut path = vec![word.to_string()];
                    let mut next = at + 1;
                    while is_mark_at(&tokens, next, ':') && is_mark_at(&tokens, next + 1, ':') {
                        let Some(TokenTree::Ident(step)) = tokens.get(next + 2) else { break };
                        path.push(step.to_string());
                        next += 3;
                    }
                    if !continues(&tokens[..at]) {
                        if path.len() > 1 {
                            self.paths.insert(path);
                        } else {
                            self.words.extend(path);
                        }
                    }
                    at = next - 1;
                }
                _ => {}
            }
            at += 1;
        }
    }
}

fn is_mark(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

fn is_mark_at(tokens: &[TokenTree], at: usize, mark: char) -> bool {
    tokens.get(at).is_some_and(|token| is_mark(token, mark))
}

/// Whether what comes next is a field, a method or the rest of a path whose first part is a type.
fn continues(before: &[TokenTree]) -> bool {
    let mark = |back: usize, mark| before.len() >= back && is_mark(&before[before.len() - back], mark);
    mark(1, '.') && !mark(2, '.') || mark(1, ':') && mark(2, ':')
}

/// All words of a macro's arguments.
fn words(tokens: TokenStream, into: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() != Delimiter::None => words(group.stream(), into),
            TokenTree::Ident(word) => drop(into.insert(word.to_string())),
            _ => {}
        }
    }
}

/// The name that an item defines.
fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}

fn attributes(item: &Item) -> &[syn::Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether an item is only there for tests.
fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if list.path.is_ident("cfg") => {
            let mut names = BTreeSet::new();
            words(list.tokens.clone(), &mut names);
            names.contains("test") && !names.contains("not")
        }
        _ => false,
    })
}

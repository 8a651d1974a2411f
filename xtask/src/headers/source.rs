//! What cbindgen does not tell: the tables and enumerations of `src/abi`, and which files there are.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Ident, Item, Lit, LitStr, Token, braced};

use super::signature::{Function, Type};
use crate::generated::Result;

/// How C names an enumeration.
pub enum EnumKind {
    Typedef,
    Tag,
    Anonymous,
}

/// One `c_enum!` of `src/abi`.
pub struct CEnum {
    pub kind: EnumKind,
    pub name: String,
    /// The integer type in Rust; empty for an anonymous one.
    pub repr: String,
    pub doc: String,
    pub variants: Vec<(String, String)>,
}

/// Where an error's number comes from; see `src/abi/errno.rs`.
#[derive(PartialEq, Eq)]
pub enum ErrorKind {
    System,
    Own,
}

pub struct ErrorCode {
    pub name: String,
    pub kind: ErrorKind,
    pub number: String,
    pub message: String,
}

/// A struct or union, under its own name and the one that an alias gives it.
pub struct Aggregate {
    pub name: String,
    pub alias: Option<String>,
    pub union: bool,
    pub fields: Vec<(String, Type)>,
}

/// A constant that is a number or a text.
pub struct Constant {
    pub name: String,
    pub module: String,
    /// A number in decimal, or a text in quotation marks.
    pub value: String,
}

/// The layers in which each module is a page of libuv's documentation.
const PAGES: [&str; 4] = ["api", "handles", "requests", "standalone"];

/// Whether a name is one of `uv/ext.h`, and none of libuv's.
pub fn is_ext(name: &str) -> bool {
    name.starts_with("uv_ext_") || name.starts_with("UV_EXT_")
}

/// The layer that a file below `src/` belongs to, and its module: the page, or the layer itself.
fn place(inside: &Path) -> (String, String) {
    let mut parts = inside.iter().map(|part| part.to_string_lossy().into_owned());
    let layer = parts.next().unwrap_or_default();
    let page = parts.next().filter(|page| PAGES.contains(&layer.as_str()) && page != "mod");
    let page = page.unwrap_or_else(|| layer.clone());
    (layer, page)
}

/// A module that may export functions.
#[derive(Default)]
pub struct Module {
    /// Its first file in each layer, which leads to the others.
    pub roots: Vec<PathBuf>,
    /// The functions that it exports, in all its files.
    pub exports: Vec<Function>,
    /// The functions of the system that it declares.
    pub imports: Vec<String>,
}

#[derive(Default)]
pub struct Facts {
    /// `src/abi/mod.rs`.
    pub abi_root: PathBuf,
    /// The other modules of the library, by the name of their page.
    pub modules: BTreeMap<String, Module>,
    pub enums: Vec<CEnum>,
    pub errors: Vec<ErrorCode>,
    /// The X-macro tables: name of the table, then upper and lower case name of each row.
    pub maps: BTreeMap<String, Vec<(String, String)>>,
    pub aggregates: Vec<Aggregate>,
    struct_aliases: Vec<(String, String)>,
    /// Other type aliases, with what they stand for.
    pub aliases: Vec<(String, Type)>,
    /// The names of the flags of `uv_fs_open`.
    pub fs_flags: Vec<String>,
    /// Constants that are numbers or text.
    pub constants: Vec<Constant>,
}

impl Facts {
    pub fn read(src: &Path) -> Result<Facts> {
        let mut facts = Facts::default();
        let mut files = Vec::new();
        list(src, &mut files)?;
        files.sort();
        for path in files {
            let inside = path.strip_prefix(src)?.with_extension("");
            let (layer, page) = place(&inside);
            let text = std::fs::read_to_string(&path)?;
            let file = syn::parse_file(&text).map_err(|error| format!("{}: {error}", path.display()))?;
            if layer == "abi" {
                let name = inside.file_name().unwrap_or_default().to_string_lossy().into_owned();
                facts.read_abi(file, &name)?;
            } else if !(layer == "lib" || PAGES.contains(&page.as_str())) {
                let module = facts.modules.entry(page).or_default();
                let below_page = inside.iter().count() - if PAGES.contains(&layer.as_str()) { 2 } else { 1 };
                if below_page == 0 || inside.ends_with("mod") && below_page == 1 {
                    module.roots.push(path);
                }
                module.imports.extend(file.items.iter().flat_map(imports));
                for item in file.items {
                    module.exports.extend(export(item)?);
                }
            }
        }
        facts.abi_root = src.join("abi/mod.rs");
        facts.resolve_aliases();
        Ok(facts)
    }

    /// What there is in libuv, too.
    pub fn of_libuv(mut self) -> Facts {
        self.constants.retain(|item| !is_ext(&item.name));
        self.aliases.retain(|(name, _)| !is_ext(name));
        self.aggregates.retain(|item| !is_ext(&item.name));
        self.modules.remove("ext");
        self
    }

    fn read_abi(&mut self, file: syn::File, module: &str) -> Result<()> {
        for item in file.items {
            let (name, union, fields) = match item {
                Item::Macro(item) if item.mac.path.is_ident("c_enum") => {
                    self.enums.push(item.mac.parse_body()?);
                    continue;
                }
                Item::Macro(item) if item.mac.path.is_ident("errors") => {
                    let rows = item.mac.parse_body_with(Punctuated::<_, Token![,]>::parse_terminated)?;
                    self.errors.extend(rows);
                    continue;
                }
                Item::Const(item) => {
                    self.constant(&item.ident.to_string(), &item.expr, module)?;
                    continue;
                }
                Item::Type(item) => {
                    self.alias(item.ident.to_string(), &item.ty)?;
                    continue;
                }
                // Those with unnamed fields are Rust's: what a field is made of.
                Item::Struct(item) if matches!(item.fields, syn::Fields::Unnamed(_)) => continue,
                Item::Struct(item) => (item.ident.to_string(), false, item.fields),
                Item::Union(item) => (item.ident.to_string(), true, syn::Fields::Named(item.fields)),
                _ => continue,
            };
            let fields = fields.iter().map(field).collect::<Option<_>>();
            let fields = fields.ok_or_else(|| format!("{name}: a field that C cannot have"))?;
            self.aggregates.push(Aggregate { name, alias: None, union, fields });
        }
        Ok(())
    }

    fn constant(&mut self, name: &str, value: &Expr, module: &str) -> Result<()> {
        match value {
            Expr::Reference(table) => {
                if let Expr::Array(rows) = &*table.expr {
                    let rows = rows.elems.iter().filter_map(row).collect();
                    self.maps.insert(name.to_string(), rows);
                }
            }
            _ if name.starts_with("UV_FS_O_") => self.fs_flags.push(name.to_string()),
            Expr::Lit(_) | Expr::Unary(_) | Expr::Binary(_)
                if name != "UV_ERRNO_MAX" && name.starts_with("UV") =>
            {
                let value = match value {
                    Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => format!("{:?}", text.value()),
                    _ => self.number(value).ok_or_else(|| format!("{name} is not a number"))?.to_string(),
                };
                self.constants.push(Constant { name: name.to_string(), module: module.to_string(), value });
            }
            _ => {}
        }
        Ok(())
    }

    /// The value of an expression of numbers and earlier constants.
    fn number(&self, value: &Expr) -> Option<i64> {
        match value {
            Expr::Lit(syn::ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse().ok(),
            Expr::Paren(inner) => self.number(&inner.expr),
            Expr::Unary(syn::ExprUnary { op: syn::UnOp::Neg(_), expr, .. }) => {
                self.number(expr)?.checked_neg()
            }
            Expr::Path(path) => {
                let name = path.path.get_ident()?;
                self.constants.iter().find(|constant| *name == constant.name)?.value.parse().ok()
            }
            Expr::Binary(pair) => {
                let (left, right) = (self.number(&pair.left)?, self.number(&pair.right)?);
                match pair.op {
                    syn::BinOp::Add(_) => left.checked_add(right),
                    syn::BinOp::Sub(_) => left.checked_sub(right),
                    syn::BinOp::BitOr(_) => Some(left | right),
                    syn::BinOp::Shl(_) => left.checked_shl(u32::try_from(right).ok()?),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn alias(&mut self, name: String, source: &syn::Type) -> Result<()> {
        // An alias of a struct is settled once all structs are known.
        let target = match source {
            syn::Type::Path(path) => path.path.get_ident().map(Ident::to_string),
            _ => None,
        };
        match target.filter(|target| target.starts_with("uv_") && target.ends_with("_s")) {
            Some(tag) => self.struct_aliases.push((tag, name)),
            None => {
                let target = Type::read(source).ok_or_else(|| format!("{name} is nothing that C has"))?;
                self.aliases.push((name, target));
            }
        }
        Ok(())
    }

    fn resolve_aliases(&mut self) {
        for (tag, alias) in std::mem::take(&mut self.struct_aliases) {
            if let Some(aggregate) = self.aggregates.iter_mut().find(|aggregate| aggregate.name == tag) {
                aggregate.alias = Some(alias);
            }
        }
    }
}

/// `(UV_TCP, "tcp")` as ("TCP", "tcp").
fn row(element: &Expr) -> Option<(String, String)> {
    let Expr::Tuple(tuple) = element else { return None };
    let (Expr::Path(upper), Expr::Lit(lower)) = (tuple.elems.first()?, tuple.elems.last()?) else {
        return None;
    };
    let upper = upper.path.get_ident()?.to_string();
    let Lit::Str(lower) = &lower.lit else { return None };
    Some((upper.strip_prefix("UV_")?.to_string(), lower.value()))
}

/// The exported function that `item` is.
fn export(item: Item) -> Result<Option<Function>> {
    match item {
        Item::Fn(item) if item.sig.abi.is_some() && matches!(item.vis, syn::Visibility::Public(_)) => {
            let function = Function::read(&item.sig);
            let complaint = || format!("{}: a parameter or result that C cannot have", item.sig.ident);
            Ok(Some(function.ok_or_else(complaint)?))
        }
        _ => Ok(None),
    }
}

/// A field's name, free of Rust's mark for keywords, and its type.
fn field(field: &syn::Field) -> Option<(String, Type)> {
    let name = field.ident.as_ref()?.to_string();
    Some((name.trim_start_matches("r#").to_string(), Type::read(&field.ty)?))
}

/// The names of the functions that an `extern` block declares.
fn imports(item: &Item) -> Vec<String> {
    let Item::ForeignMod(block) = item else { return Vec::new() };
    let name = |item: &syn::ForeignItem| match item {
        syn::ForeignItem::Fn(function) => Some(function.sig.ident.to_string()),
        _ => None,
    };
    block.items.iter().filter_map(name).collect()
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(())
}

/// A whole number with its sign, as it is written.
fn number(input: ParseStream) -> syn::Result<String> {
    let sign = if input.parse::<Option<Token![-]>>()?.is_some() { "-" } else { "" };
    Ok(format!("{sign}{}", input.parse::<syn::LitInt>()?))
}

impl Parse for CEnum {
    fn parse(input: ParseStream) -> syn::Result<CEnum> {
        let doc = doc(&input.call(syn::Attribute::parse_outer)?);
        let kind: Ident = input.parse()?;
        let kind = match kind.to_string().as_str() {
            "typedef" => EnumKind::Typedef,
            "tag" => EnumKind::Tag,
            "anonymous" => EnumKind::Anonymous,
            _ => return Err(syn::Error::new(kind.span(), "expected typedef, tag or anonymous")),
        };
        let name: Ident = input.parse()?;
        let repr = match input.parse::<Option<Token![:]>>()? {
            Some(_) => input.parse::<Ident>()?.to_string(),
            None => String::new(),
        };
        let body;
        braced!(body in input);
        let mut variants = Vec::new();
        while !body.is_empty() {
            let variant: Ident = body.parse()?;
            body.parse::<Token![=]>()?;
            variants.push((variant.to_string(), number(&body)?));
            body.parse::<Token![,]>()?;
        }
        Ok(CEnum { kind, name: name.to_string(), repr, doc, variants })
    }
}

impl Parse for ErrorCode {
    fn parse(input: ParseStream) -> syn::Result<ErrorCode> {
        input.parse::<Ident>()?;
        let name: Ident = input.parse()?;
        let kind: Ident = input.parse()?;
        let kind = if kind == "own" { ErrorKind::Own } else { ErrorKind::System };
        let number = number(input)?;
        let message: LitStr = input.parse()?;
        Ok(ErrorCode { name: name.to_string(), kind, number, message: message.value() })
    }
}

/// The text of the doc comments among `attributes`, in one line.
fn doc(attributes: &[syn::Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        syn::Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_string()),
            _ => None,
        },
        _ => None,
    });
    lines.collect::<Vec<_>>().join(" ")
}

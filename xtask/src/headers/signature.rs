//! The types of fields and parameters, as far as an interface for C has them.

use syn::{Expr, GenericArgument, Lit, PathArguments};

/// A type as the sources write it, without the path that leads to its name.
pub enum Type {
    Name(String),
    Pointer {
        to: Box<Type>,
        constant: bool,
    },
    /// The length is a number or the name of a constant.
    Array {
        of: Box<Type>,
        length: String,
    },
    /// An optional pointer to a function.
    Callback(Signature),
}

/// The parameters of a function, and what it returns unless that is nothing.
pub struct Signature {
    pub parameters: Vec<Type>,
    pub result: Option<Box<Type>>,
}

/// An exported function.
pub struct Function {
    pub name: String,
    pub signature: Signature,
}

impl Type {
    /// None for what C has no word for.
    pub fn read(source: &syn::Type) -> Option<Type> {
        match source {
            syn::Type::Ptr(pointer) => Some(Type::Pointer {
                to: Box::new(Type::read(&pointer.elem)?),
                constant: pointer.mutability.is_none(),
            }),
            syn::Type::Array(array) => {
                let length = match &array.len {
                    Expr::Lit(syn::ExprLit { lit: Lit::Int(number), .. }) => number.to_string(),
                    Expr::Path(path) => path.path.get_ident()?.to_string(),
                    _ => return None,
                };
                Some(Type::Array { of: Box::new(Type::read(&array.elem)?), length })
            }
            syn::Type::Path(path) => {
                let last = path.path.segments.last()?;
                match &last.arguments {
                    // A slot for texts is the pointer to one.
                    PathArguments::None if last.ident == "TextSlot" || last.ident == "ConstTextSlot" => {
                        let to = Box::new(Type::Name("c_char".to_string()));
                        Some(Type::Pointer { to, constant: last.ident == "ConstTextSlot" })
                    }
                    PathArguments::None => Some(Type::Name(last.ident.to_string())),
                    // In C a cell is what it holds.
                    PathArguments::AngleBracketed(generic)
                        if ["Cell", "UnsafeCell", "ManuallyDrop"].iter().any(|cell| last.ident == cell) =>
                    {
                        match generic.args.first()? {
                            GenericArgument::Type(inner) => Type::read(inner),
                            _ => None,
                        }
                    }
                    // A slot is the pointer to what it keeps.
                    PathArguments::AngleBracketed(generic) if last.ident == "Slot" => {
                        match generic.args.first()? {
                            GenericArgument::Type(to) => {
                                Some(Type::Pointer { to: Box::new(Type::read(to)?), constant: false })
                            }
                            _ => None,
                        }
                    }
                    PathArguments::AngleBracketed(generic) if last.ident == "Option" => {
                        match generic.args.first()? {
                            GenericArgument::Type(syn::Type::BareFn(function)) => {
                                let parameters = function.inputs.iter().map(|input| &input.ty);
                                Signature::read(parameters, &function.output).map(Type::Callback)
                            }
                            _ => None,
                        }
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl Signature {
    fn read<'a>(
        parameters: impl Iterator<Item = &'a syn::Type>,
        result: &syn::ReturnType,
    ) -> Option<Signature> {
        let result = match result {
            syn::ReturnType::Default => None,
            syn::ReturnType::Type(_, result) => Some(Box::new(Type::read(result)?)),
        };
        Some(Signature { parameters: parameters.map(Type::read).collect::<Option<_>>()?, result })
    }
}

impl Function {
    /// None for what C cannot call.
    pub fn read(signature: &syn::Signature) -> Option<Function> {
        let parameters = signature.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(parameter) => Some(&*parameter.ty),
            syn::FnArg::Receiver(_) => None,
        });
        let parts = Signature::read(parameters, &signature.output)?;
        Some(Function { name: signature.ident.to_string(), signature: parts })
    }
}

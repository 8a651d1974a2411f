//! What the parameters are: `parameters.tsv`, by function and declaration.

use std::collections::BTreeMap;

use super::Result;

const TABLE: &str = include_str!("parameters.tsv");

#[derive(Clone, Debug)]
pub struct Parameter {
    /// As `uv.h` has it.
    pub declaration: String,
    /// None for what is no quantity.
    pub unit: Option<String>,
    pub text: String,
}

pub struct Table {
    /// By function, or `*`, and declaration, with whether somebody asked.
    rows: BTreeMap<(String, String), (Parameter, bool)>,
}

impl Table {
    pub fn read() -> Result<Table> {
        let mut rows = BTreeMap::new();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let [functions, declaration, unit, text] = line.split('\t').collect::<Vec<_>>()[..] else {
                return Err(format!("parameters.tsv: not four columns: {line}"));
            };
            let unit = (unit != "-").then(|| unit.to_owned());
            if unit.as_deref() == Some("") || !text.ends_with('.') {
                return Err(format!("parameters.tsv: no unit, or no sentence: {line}"));
            }
            for function in functions.split(',') {
                let parameter =
                    Parameter { declaration: declaration.into(), unit: unit.clone(), text: text.into() };
                let key = (function.to_owned(), declaration.to_owned());
                if rows.insert(key, (parameter, false)).is_some() {
                    return Err(format!("parameters.tsv: {function} has {declaration} twice"));
                }
            }
        }
        Ok(Table { rows })
    }

    /// What a function's own line says, or the one for all.
    pub fn find(&mut self, function: &str, declaration: &str) -> Option<Parameter> {
        let keys = [function, "*"].map(|name| (name.to_owned(), declaration.to_owned()));
        let key = keys.iter().find(|key| self.rows.contains_key(key))?;
        let (parameter, is_used) = self.rows.get_mut(key)?;
        *is_used = true;
        Some(parameter.clone())
    }

    /// Lines for which there is no parameter.
    pub fn unused(&self) -> Vec<String> {
        let unused = self.rows.iter().filter(|(_, (_, is_used))| !is_used);
        unused.map(|((function, declaration), _)| format!("{function}: {declaration}")).collect()
    }
}

//! What `uv/ext.h` has beside its types: a function for each pointer to one, and what structures begin with.

use std::fmt::Write;

use super::source::{Facts, is_ext};
use super::text::broken;
use crate::generated::Result;

/// For each type of a function that returns a status, a function that finds the one of that type and calls it.
pub fn calls(types: &str) -> Result<String> {
    let mut text = String::new();
    for statement in types.split_inclusive(';') {
        let Some((head, rest)) = statement.split_once("(*uv_ext_") else { continue };
        let Some((name, parameters)) = rest.split_once("_fn)(") else { continue };
        if !head.trim_end().ends_with("typedef int") {
            return Err(format!("uv_ext_{name} does not return a status").into());
        }
        let parameters =
            parameters.trim_end_matches([')', ';']).split_whitespace().collect::<Vec<_>>().join(" ");
        let arguments: Vec<_> = parameters.split(", ").map(last_word).collect();
        let prototype = format!("UV_EXT_CALL int uv_ext_{name}({parameters}) {{");
        writeln!(
            text,
            "{}\n  uv_ext_{name}_fn call =\n      (uv_ext_{name}_fn) uv_ext_find(\"uv_ext_{name}\");\n  \
             return call != NULL ? call({}) : UV_ENOSYS;\n}}\n",
            broken(&prototype),
            arguments.join(", ")
        )?;
    }
    Ok(text)
}

fn last_word(parameter: &str) -> &str {
    parameter.rsplit([' ', '*']).next().unwrap_or_default()
}

/// `UV_EXT_..._INIT` for each structure that the program fills the size of.
pub fn inits(facts: &Facts) -> String {
    let mut text = String::new();
    for item in facts.aggregates.iter().filter(|item| is_ext(&item.name)) {
        let stem = item.name.trim_end_matches("_s");
        if stem.ends_with("_metrics") {
            let zeros = ", 0".repeat(item.fields.len() - 1);
            let _ =
                writeln!(text, "#define {}_INIT \\\n  {{ sizeof({stem}_t){zeros} }}", stem.to_uppercase());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_pass_their_arguments_on() {
        let types = "/* Does. */\ntypedef int (*uv_ext_do_fn)(uv_loop_t *loop,\n    const char *name);\n\
                     typedef void (*uv_ext_done_cb)(void *data);\n";
        let expected = "UV_EXT_CALL int uv_ext_do(uv_loop_t *loop, const char *name) {\n\
                        \x20 uv_ext_do_fn call =\n      (uv_ext_do_fn) uv_ext_find(\"uv_ext_do\");\n\
                        \x20 return call != NULL ? call(loop, name) : UV_ENOSYS;\n}\n\n";
        assert_eq!(calls(types).unwrap(), expected);
        assert!(calls("typedef void (*uv_ext_do_fn)(int on);").is_err());
    }
}

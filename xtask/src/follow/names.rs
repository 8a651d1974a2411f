//! The names in C headers, as far as libuv's headers go: it is no parser, and wants no compiler.

use super::Names;

#[derive(Default)]
pub struct Headers {
    functions: Names,
    constants: Names,
    errors: Names,
    types: Names,
    /// `struct.member`, or `MACRO.member` where a macro holds members.
    members: Names,
}

impl Headers {
    pub fn kinds(&self) -> [(&'static str, &Names); 5] {
        [
            ("functions", &self.functions),
            ("constants", &self.constants),
            ("error codes", &self.errors),
            ("types", &self.types),
            ("members", &self.members),
        ]
    }

    pub fn read(&mut self, text: &str) {
        let text = without_comments(text).replace("\\\n", " ");
        let mut code = String::new();
        for line in text.lines() {
            match line.trim_start().strip_prefix('#').map(str::trim_start) {
                Some(directive) => {
                    if let Some(definition) = directive.strip_prefix("define") {
                        self.define(definition.trim_start());
                    }
                }
                None => {
                    code.push_str(line);
                    code.push('\n');
                }
            }
        }
        for declaration in code.split("UV_EXTERN").skip(1) {
            let before = declaration.split('(').next().unwrap_or_default();
            self.functions.extend(last_word(before));
        }
        self.bodies(&code);
    }

    fn define(&mut self, definition: &str) {
        let end = definition.find(|c: char| !is_word(c)).unwrap_or(definition.len());
        let (name, body) = definition.split_at(end);
        if body.contains("XX(") && name.ends_with("_MAP") {
            for item in body.split("XX(").skip(1) {
                let value = item.split([',', ')']).next().unwrap_or_default().trim();
                match name {
                    "UV_ERRNO_MAP" => self.errors.insert(value.to_owned()),
                    _ => self.constants.insert(format!("{name}: {value}")),
                };
            }
        } else if body.contains(';') {
            self.statements(name, body);
        } else if name.starts_with("UV_") && !name.starts_with("UV__") {
            self.constants.insert(name.to_owned());
        }
    }

    /// What stands between braces after `struct`, `union` or `enum`.
    fn bodies(&mut self, code: &str) {
        let mut rest = code;
        while let Some(open) = rest.find('{') {
            let head = rest[..open].rsplit([';', '}']).next().unwrap_or_default();
            let Some(length) = closing(&rest[open..]) else { return };
            let body = &rest[open + 1..open + length];
            let after = &rest[open + length + 1..];
            let name = last_word(head).filter(|name| !["struct", "union", "enum"].contains(&name.as_str()));
            let name = name.or_else(|| last_word(after.split(';').next().unwrap_or_default()));
            if head.contains("enum") {
                let values = body.split(',').filter_map(first_word);
                self.constants.extend(values.filter(|value| value.starts_with("UV_")));
            } else if head.contains("struct") || head.contains("union") {
                self.statements(&name.unwrap_or_default(), body);
            } else {
                // `extern "C"`: what is in it is read in turn.
                rest = &rest[open + 1..];
                continue;
            }
            rest = after;
        }
        for statement in code.split(';').filter(|text| text.trim_start().starts_with("typedef")) {
            let name = match statement.split_once("(*") {
                Some((_, rest)) => first_word(rest),
                None => last_word(statement),
            };
            self.types.extend(name);
        }
    }

    /// Members, those of structs inside as well.
    fn statements(&mut self, owner: &str, body: &str) {
        for statement in body.split([';', '{', '}']) {
            let name = match statement.split_once("(*") {
                Some((_, rest)) => first_word(rest),
                None => last_word(statement.split('[').next().unwrap_or_default()),
            };
            let name = name.filter(|name| !["struct", "union"].contains(&name.as_str()));
            self.members.extend(name.map(|name| format!("{owner}.{name}")));
        }
    }
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let mut rest = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        rest.push(' ');
        rest.push_str(part.split_once("*/").map_or("", |(_, after)| after));
    }
    rest
}

/// Where the brace that opens the text is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (place, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(place),
            '}' => depth -= 1,
            _ => {}
        }
    }
    // The file ends inside of `extern "C"`, whose end stands behind a directive of its own.
    Some(text.len().checked_sub(1)?).filter(|_| depth > 0)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c| !is_word(c)).filter(|word| !word.is_empty())
}

fn first_word(text: &str) -> Option<String> {
    words(text).next().map(str::to_owned)
}

fn last_word(text: &str) -> Option<String> {
    words(text).next_back().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
#ifdef __cplusplus
extern \"C\" {
#endif
/* UV_EXTERN int not_this(void); */
#define UV_LIMIT 3
#define UV__HIDDEN 4
#define UV_ERRNO_MAP(XX) \\
  XX(E2BIG, \"argument list too long\") \\
  XX(EACCES, \"permission denied\")
#define UV_HANDLE_TYPE_MAP(XX) XX(ASYNC, async)
#define UV_HANDLE_FIELDS void* data; struct uv__queue queue;
typedef enum { UV_ONE, UV_TWO = 2, XX_THREE } uv_number;
typedef struct uv_thing_s uv_thing_t;
typedef void (*uv_thing_cb)(uv_thing_t* thing, int status);
struct uv_thing_s {
  UV_HANDLE_FIELDS
  char name[16];
  void (*called)(int);
  union { int inner; } u;
};
UV_EXTERN const char* uv_thing_name(const uv_thing_t* thing);
UV_EXTERN int uv_thing_init(uv_thing_t*, int (*each)(int));
#ifdef __cplusplus
}
#endif
";

    fn list(names: &Names) -> Vec<&str> {
        names.iter().map(String::as_str).collect()
    }

    #[test]
    fn names_of_each_kind_are_found() {
        let mut headers = Headers::default();
        headers.read(TEXT);
        assert_eq!(list(&headers.functions), ["uv_thing_init", "uv_thing_name"]);
        assert_eq!(list(&headers.errors), ["E2BIG", "EACCES"]);
        assert_eq!(list(&headers.constants), ["UV_HANDLE_TYPE_MAP: ASYNC", "UV_LIMIT", "UV_ONE", "UV_TWO"]);
        assert!(headers.types.contains("uv_thing_t") && headers.types.contains("uv_thing_cb"));
        let members = list(&headers.members);
        for name in ["UV_HANDLE_FIELDS.data", "UV_HANDLE_FIELDS.queue", "uv_thing_s.called"] {
            assert!(members.contains(&name), "{name} is not in {members:?}");
        }
        for name in ["uv_thing_s.name", "uv_thing_s.inner", "uv_thing_s.u"] {
            assert!(members.contains(&name), "{name} is not in {members:?}");
        }
    }
}

//! Which file uses which, and what of it.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::{Modules, Path};

/// From a file to another, with the paths by which it uses it.
pub type Arrows = BTreeMap<(String, String), BTreeSet<String>>;

/// What a path leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Target {
    Module(usize),
    /// An item of this module.
    Item(usize),
}

/// How many imports lead to one another at most; more are a circle.
const MOST_STEPS: usize = 16;

/// All arrows between files of the library.
///
/// A method call tells nothing of where the method is: what is seen is what is named.
pub fn arrows(modules: &Modules) -> Arrows {
    let mut arrows = Arrows::new();
    for (index, module) in modules.0.iter().enumerate() {
        let mut draw = |path: &[String], target| {
            let Some(Target::Item(target)) = target else { return };
            let to = &modules.0[target].file;
            if *to != module.file {
                arrows.entry((module.file.clone(), to.clone())).or_default().insert(path.join("::"));
            }
        };
        for path in &module.paths {
            draw(path, modules.resolve(index, path, MOST_STEPS));
        }
        for (name, import) in &module.imports {
            let target = modules.resolve(index, &import.path, MOST_STEPS);
            // To name one's children's items for others is not to use them.
            let passed_on = import.public
                && !module.words.contains(name)
                && matches!(target, Some(Target::Item(item)) if modules.is_below(item, index));
            if !passed_on {
                draw(&import.path, target);
            }
        }
        for word in &module.words {
            if module.items.contains(word) || module.imports.contains_key(word) {
                continue;
            }
            let word = std::slice::from_ref(word);
            let target = modules
                .in_globs(index, &word[0], MOST_STEPS)
                .or_else(|| modules.macro_above(index, &word[0]));
            draw(word, target);
        }
    }
    arrows
}

impl Modules {
    /// What `path` is in a module; nothing if it is of another crate.
    fn resolve(&self, from: usize, path: &[String], steps: usize) -> Option<Target> {
        let (first, mut rest) = path.split_first()?;
        let mut target = match first.as_str() {
            "crate" => Target::Module(0),
            "self" => Target::Module(from),
            "super" => Target::Module(self.0[from].parent?),
            name => self.lookup(from, name, steps)?,
        };
        while let (Target::Module(module), Some((name, more))) = (target, rest.split_first()) {
            target = match name.as_str() {
                "super" => Target::Module(self.0[module].parent?),
                // What is not found is made by a macro.
                name => self.lookup(module, name, steps).unwrap_or(Target::Item(module)),
            };
            rest = more;
        }
        Some(target)
    }

    /// What a name stands for in a module.
    fn lookup(&self, module: usize, name: &str, steps: usize) -> Option<Target> {
        let steps = steps.checked_sub(1)?;
        let scope = &self.0[module];
        if let Some(child) = scope.children.get(name) {
            return Some(Target::Module(*child));
        }
        if scope.items.contains(name) {
            return Some(Target::Item(module));
        }
        if let Some(import) = scope.imports.get(name) {
            return self.resolve(module, &import.path, steps);
        }
        self.in_globs(module, name, steps)
            .or_else(|| scope.made.contains(name).then_some(Target::Item(module)))
    }

    fn in_globs(&self, module: usize, name: &str, steps: usize) -> Option<Target> {
        let steps = steps.checked_sub(1)?;
        let found = |path: &Path| match self.resolve(module, path, steps)? {
            Target::Module(of) => self.lookup(of, name, steps),
            Target::Item(_) => None,
        };
        // A name that a macro makes is only believed if nobody defines it.
        let found: Vec<Target> = self.0[module].globs.iter().filter_map(found).collect();
        let defined = |target: &&Target| match target {
            Target::Item(item) => self.0[*item].items.contains(name),
            Target::Module(_) => true,
        };
        found.iter().find(defined).or(found.first()).copied()
    }

    /// A macro that a module above has defined before it names its children.
    fn macro_above(&self, module: usize, name: &str) -> Option<Target> {
        let above = self.0[module].parent?;
        if self.0[above].macros.contains(name) {
            return Some(Target::Item(above));
        }
        self.macro_above(above, name)
    }

    fn is_below(&self, module: usize, above: usize) -> bool {
        self.0[module].parent.is_some_and(|parent| parent == above || self.is_below(parent, above))
    }
}

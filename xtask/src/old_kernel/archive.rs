//! An archive as the kernel unpacks it into its first file system: cpio, in its "newc" form.

pub(super) struct Archive {
    bytes: Vec<u8>,
    entries: u32,
}

const FOLDER: u32 = 0o040_755;
const FILE: u32 = 0o100_755;
const END: &str = "TRAILER!!!";

impl Archive {
    pub(super) fn new() -> Archive {
        Archive { bytes: Vec::new(), entries: 0 }
    }

    pub(super) fn folder(&mut self, path: &str) {
        self.entry(path, FOLDER, b"");
    }

    /// A file that may be run, and the folders above it.
    pub(super) fn file(&mut self, path: &str, contents: &[u8]) {
        for (at, _) in path.match_indices('/') {
            self.folder(&path[..at]);
        }
        self.entry(path, FILE, contents);
    }

    pub(super) fn finish(mut self) -> Vec<u8> {
        self.entry(END, 0, b"");
        self.bytes
    }

    fn entry(&mut self, path: &str, mode: u32, contents: &[u8]) {
        self.entries += 1;
        let links = 1;
        let (size, path_size) = (contents.len() as u32, path.len() as u32 + 1);
        // number, mode, user, group, links, time, size, devices, size of the path, checksum
        let fields = [self.entries, mode, 0, 0, links, 0, size, 0, 0, 0, 0, path_size, 0];
        self.bytes.extend(b"070701");
        for field in fields {
            self.bytes.extend(format!("{field:08x}").bytes());
        }
        self.bytes.extend(path.bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend(contents);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_headers_and_begin_at_words() {
        let mut archive = Archive::new();
        archive.file("a/b", b"xyz");
        let bytes = archive.finish();
        assert_eq!(bytes.len() % 4, 0);
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("070701").count(), 3);
        assert!(text.starts_with("07070100000001000041ed"));
        assert!(text.contains("a/b\0") && text.contains("xyz") && text.contains("TRAILER!!!\0"));
    }
}

//! Builds and runs the C test suite; see README.md here.

//! What C sees: the types, constants and callback types of `uv.h`, and nothing else.

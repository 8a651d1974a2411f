// A result that nobody looks at: a warning, which programs should make an error.
#include <uv.hpp>

int main() { uv::loop::create(); }

# A project with a library and a program, by make and by Ninja's rules, as far as they are made.
mkdir src && cd src
cat >CMakeLists.txt <<'X'
cmake_minimum_required(VERSION 3.10)
project(sample C)
include(CheckFunctionExists)
include(CheckIncludeFile)
foreach(name fork pipe2 no_such_function)
  check_function_exists(${name} HAS_${name})
endforeach()
foreach(name stdio.h no/such.h)
  check_include_file(${name} "HAS_${name}")
endforeach()
execute_process(COMMAND sh -c "echo out; echo err >&2; exit 3" OUTPUT_VARIABLE o ERROR_VARIABLE e RESULT_VARIABLE r)
message(STATUS "child: ${o}${e}${r}")
execute_process(COMMAND echo one two COMMAND tr a-z A-Z OUTPUT_VARIABLE o)
message(STATUS "pipeline: ${o}")
add_library(part STATIC part.c)
add_executable(sample main.c)
target_link_libraries(sample part)
install(TARGETS sample DESTINATION bin)
X
echo 'int part(void) { return 42; }' >part.c
cat >main.c <<'X'
#include <stdio.h>
int part(void);
int main(void) { printf("%d\n", part()); return 0; }
X
cd ..
cmake -S src -B build -DCMAKE_INSTALL_PREFIX="$PWD/installed" -DCMAKE_BUILD_TYPE=Release | sed 's/([0-9.]*s)//'
cmake --build build --parallel 2 | sort
cmake --install build
installed/bin/sample
cmake -E tar cf t.tar src && cmake -E sha256sum src/main.c

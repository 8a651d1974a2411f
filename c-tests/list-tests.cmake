# Writes ${OUTPUT}, which tells ctest the tests of ${PROGRAM} as ${PREFIX}/name.

execute_process(COMMAND "${PROGRAM}" --list OUTPUT_VARIABLE names RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} --list: ${result}")
endif()
string(REGEX MATCHALL "[A-Za-z0-9_]+" names "${names}")
set(lines "")
foreach(name IN LISTS names)
  string(APPEND lines
         "add_test(\"${PREFIX}/${name}\" \"${PROGRAM}\" ${name})\n"
         "set_tests_properties(\"${PREFIX}/${name}\" PROPERTIES"
         " SKIP_REGULAR_EXPRESSION \"0 passed, 0 failed, [1-9]\")\n")
endforeach()
file(WRITE "${OUTPUT}" "${lines}")

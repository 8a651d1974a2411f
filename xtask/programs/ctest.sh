# No project is configured: CTest reads a list of tests.
{
  for n in $(seq 60); do echo "add_test(quick_$n sh -c \"echo $n; exit \$(($n % 20 == 0))\")" | sed 's/\$((.*))/0/'; done
  echo 'add_test(fails sh -c "echo no; exit 3")'
  echo 'add_test(crashes sh -c "kill -SEGV $$")'
  echo 'add_test(slow sleep 60)'
  echo 'set_tests_properties(slow PROPERTIES TIMEOUT 1)'
  echo 'add_test(loud sh -c "yes | head -c 1000000")'
} >CTestTestfile.cmake
status=0
ctest -j8 --output-on-failure >out 2>&1 || status=$?
sed -E 's/[0-9.]+ sec/T/; s/^ *[0-9]+\/[0-9]+ //; s/\.\.+/./; s/Start +[0-9]+/Start/; s/#[0-9]+/#/; s#(Test project|Internal ctest).*#\1#' out | sort
echo "status $status"

# e2e_discover_tests(<plugin> [BY TEST|MODULE|SERVICE] [TEST_PREFIX <prefix>] [WORKING_DIRECTORY <folder>]
#                    [TIMEOUT <seconds>] [LABELS <label>...] [ARGUMENTS <argument>...]
#                    [PROPERTIES <name> <value>...])
#
# Makes ctest tests of the tests of a plugin that e2e_add_plugin built. They are looked for when ctest starts, with
# `e2e-host list`: a test that is added to the plugin needs no new configuring.
#   BY                 what becomes one ctest test. TEST (default): each test, with its tags as labels; one that is
#                      skipped is skipped for ctest, too. MODULE, SERVICE: all tests of a module, of a service, in one
#                      run
#   TEST_PREFIX        in front of the names, which are service::module::name, service::module, service
#   WORKING_DIRECTORY  where e2e-host runs, and looks for e2e.conf from; default: the current source folder
#   TIMEOUT            seconds until ctest kills the run; default: as for any ctest test
#   LABELS             further labels
#   ARGUMENTS          for `e2e-host run`, such as --environment ci
#   PROPERTIES         of the ctest tests, such as RUN_SERIAL TRUE
# Each ctest test is a run of its own: what e2e.conf says of parallelism holds within it. Where the tests can't be
# listed, a ctest test <prefix><plugin>_DISCOVERY fails and says why. E2E_HOST_PROGRAM names e2e-host; by default it is
# the one beside the SDK, or in PATH.
function(e2e_discover_tests plugin)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "BY;TEST_PREFIX;WORKING_DIRECTORY;TIMEOUT" "LABELS;ARGUMENTS;PROPERTIES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "e2e_discover_tests(${plugin}): unknown argument '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  if(NOT TARGET ${plugin})
    message(FATAL_ERROR "e2e_discover_tests(${plugin}): there is no such target; e2e_add_plugin(${plugin} ...) makes it")
  endif()
  if(NOT arg_BY)
    set(arg_BY TEST)
  endif()
  if(NOT arg_BY MATCHES "^(TEST|MODULE|SERVICE)$")
    message(FATAL_ERROR "e2e_discover_tests(${plugin}): BY '${arg_BY}' is none of TEST, MODULE, SERVICE")
  endif()
  if(NOT arg_WORKING_DIRECTORY)
    set(arg_WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
  endif()
  if(arg_TIMEOUT)
    list(APPEND arg_PROPERTIES TIMEOUT ${arg_TIMEOUT})
  endif()
  if(TARGET e2e-host)
    set(host "$<TARGET_FILE:e2e-host>")
  else()
    find_program(E2E_HOST_PROGRAM e2e-host HINTS "${E2E_SDK_BIN_DIR}")
    if(NOT E2E_HOST_PROGRAM)
      message(FATAL_ERROR "e2e_discover_tests(${plugin}): the program e2e-host was not found: set E2E_HOST_PROGRAM")
    endif()
    set(host "${E2E_HOST_PROGRAM}")
  endif()

  # A plugin may be discovered several times, in different ways.
  get_property(files DIRECTORY PROPERTY TEST_INCLUDE_FILES)
  list(LENGTH files count)
  set(file "${CMAKE_CURRENT_BINARY_DIR}/e2e-plugins/${plugin}/ctest-${count}.cmake")
  file(
    GENERATE
    OUTPUT "${file}"
    CONTENT
      "# Made by e2e_discover_tests; read by ctest.
include([==[${CMAKE_CURRENT_FUNCTION_LIST_DIR}/e2e-ctest.cmake]==])
e2e_ctest_discover(
  PLUGIN [==[$<TARGET_FILE:${plugin}>]==]
  HOST [==[${host}]==]
  BY ${arg_BY}
  PREFIX [==[${arg_TEST_PREFIX}]==]
  FOLDER [==[${arg_WORKING_DIRECTORY}]==]
  LABELS [==[${arg_LABELS}]==]
  ARGUMENTS [==[${arg_ARGUMENTS}]==]
  PROPERTIES [==[${arg_PROPERTIES}]==])
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${file}")
endfunction()

# e2e_add_plugin and the target e2e::sdk. Included in the tree by sdk/CMakeLists.txt, and by the installed
# package, each of which sets E2E_SDK_INCLUDE_DIR and E2E_SDK_SOURCE_DIR before.

set(E2E_SDK_SOURCES
    body.cpp check.cpp config.cpp context.cpp cookies.cpp data.cpp document.cpp dynamic.cpp each.cpp eventually.cpp faker.cpp frame.cpp graphql.cpp host_api.cpp http_options.cpp instance.cpp json.cpp json_compare.cpp
    json_path.cpp json_value.cpp latency.cpp match.cpp page.cpp page_assertions.cpp pattern.cpp plugin.cpp print.cpp registry.cpp request.cpp response.cpp response_core.cpp scope.cpp sse.cpp
    status_names.cpp test_index.cpp text_forms.cpp transport.cpp type_name.cpp verify.cpp websocket.cpp)

# e2e::abi: the C headers alone.
if(NOT TARGET e2e-abi)
  add_library(e2e-abi INTERFACE)
  add_library(e2e::abi ALIAS e2e-abi)
  target_include_directories(e2e-abi INTERFACE "${E2E_SDK_INCLUDE_DIR}")
endif()

# e2e::sdk: compiled from source in the project that uses it, once, with that project's compiler and flags, so
# that it is never the standard library or the sanitizers of somebody else.
if(NOT TARGET e2e-sdk AND CMAKE_CXX_COMPILER_LOADED)
  list(TRANSFORM E2E_SDK_SOURCES PREPEND "${E2E_SDK_SOURCE_DIR}/" OUTPUT_VARIABLE _e2e_sdk_files)
  add_library(e2e-sdk STATIC EXCLUDE_FROM_ALL ${_e2e_sdk_files})
  add_library(e2e::sdk ALIAS e2e-sdk)
  target_link_libraries(e2e-sdk PUBLIC e2e-abi)
  target_compile_features(e2e-sdk PUBLIC cxx_std_17)
  # Several files at once: a project's first build waits for it.
  set_target_properties(e2e-sdk PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                                           VISIBILITY_INLINES_HIDDEN ON UNITY_BUILD ON)
  # What a plugin does not use is left out of it: each worker opens it anew.
  target_compile_options(e2e-sdk PRIVATE -ffunction-sections -fdata-sections)
  unset(_e2e_sdk_files)
endif()

# e2e_add_plugin(<name> SERVICE <service> SOURCES <file>... [ID <id>] [VERSION <version>] [LINK <library>...]
#                [DATA <file>...])
#
# Builds the plugin <name>.so: a module that exports e2e_plugin_v1 and nothing else, and carries the note.
#   SERVICE  the service its tests are for; * for any that lists it in e2e.conf
#   SOURCES  test files in C++; or C files only, which then define e2e_plugin_v1() themselves
#   ID       default: <name>
#   VERSION  default: the project's, else 0.0.0
#   LINK     further libraries
#   DATA     files for its tests, which find them with e2e::data_path(): copied to data/<name>/ beside it
# It is written to E2E_PLUGIN_OUTPUT_DIRECTORY, by default <build>/plugins, where e2e-host looks for it.
function(e2e_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SERVICE;ID;VERSION" "SOURCES;LINK;DATA")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "e2e_add_plugin(${name}): unknown argument '${arg_UNPARSED_ARGUMENTS}'")
  endif()
  foreach(required SERVICE SOURCES)
    if(NOT arg_${required})
      message(FATAL_ERROR "e2e_add_plugin(${name}): ${required} is missing")
    endif()
  endforeach()
  if(NOT arg_ID)
    set(arg_ID "${name}")
  endif()
  if(NOT arg_VERSION)
    set(arg_VERSION "${PROJECT_VERSION}")
  endif()
  if(NOT arg_VERSION)
    set(arg_VERSION 0.0.0)
  endif()
  _e2e_check_word(${name} ID "${arg_ID}" "^[A-Za-z0-9][A-Za-z0-9._-]*$")
  _e2e_check_word(${name} VERSION "${arg_VERSION}" "^[0-9][A-Za-z0-9.+-]*$")
  _e2e_check_word(${name} SERVICE "${arg_SERVICE}" "^([*]|[A-Za-z0-9][A-Za-z0-9._-]*)$")

  set(is_c TRUE)
  foreach(source IN LISTS arg_SOURCES)
    if(NOT source MATCHES "[.](c|h)$")
      set(is_c FALSE)
    endif()
  endforeach()

  set(E2E_PLUGIN_ID "${arg_ID}")
  set(E2E_PLUGIN_VERSION "${arg_VERSION}")
  set(E2E_PLUGIN_SERVICE "${arg_SERVICE}")
  set(generated "${CMAKE_CURRENT_BINARY_DIR}/e2e-plugins/${name}")
  if(is_c)
    set(entry "${generated}/plugin-note.c")
  else()
    set(entry "${generated}/plugin-entry.cpp")
  endif()
  cmake_path(GET entry FILENAME entry_name)
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${entry_name}.in" "${entry}" @ONLY)

  add_library(${name} MODULE ${arg_SOURCES} "${entry}")
  if(is_c)
    target_link_libraries(${name} PRIVATE e2e-abi ${arg_LINK})
    target_compile_features(${name} PRIVATE c_std_11)
  else()
    target_link_libraries(${name} PRIVATE e2e-sdk ${arg_LINK})
  endif()
  _e2e_set_plugin_build(${name})
  if(arg_DATA)
    _e2e_copy_data(${name} ${arg_DATA})
  endif()
endfunction()

# At each build, for a file may have changed when nothing else did.
function(_e2e_copy_data name)
  set(files "")
  foreach(file IN LISTS ARGN)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND files "${file}")
  endforeach()
  set(folder "$<TARGET_FILE_DIR:${name}>/data/${name}")
  add_custom_target(${name}_data ALL COMMAND ${CMAKE_COMMAND} -E make_directory "${folder}"
                    COMMAND ${CMAKE_COMMAND} -E copy_if_different ${files} "${folder}" VERBATIM)
  add_dependencies(${name} ${name}_data)
endfunction()

function(_e2e_check_word name what value pattern)
  if(NOT value MATCHES "${pattern}")
    message(FATAL_ERROR "e2e_add_plugin(${name}): ${what} '${value}' does not match ${pattern}")
  endif()
endfunction()

function(_e2e_set_compilation name)
  set_target_properties(
    ${name}
    PROPERTIES POSITION_INDEPENDENT_CODE ON
               C_VISIBILITY_PRESET hidden
               CXX_VISIBILITY_PRESET hidden
               VISIBILITY_INLINES_HIDDEN ON
               # Test files are for one test to be changed and run: each compiles on its own.
               UNITY_BUILD OFF)
  # Reports then show services/users/modules/01_create_user.cpp, wherever the project was built.
  target_compile_options(${name} PRIVATE "-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=")
  # A crash's stack names files and lines: line tables and inlined functions, where the build type brings no more.
  target_compile_options(${name} PRIVATE "$<$<NOT:$<CONFIG:Debug,RelWithDebInfo>>:-g1>")
endfunction()

function(_e2e_set_plugin_build name)
  if(DEFINED E2E_PLUGIN_OUTPUT_DIRECTORY)
    set(output "${E2E_PLUGIN_OUTPUT_DIRECTORY}")
  else()
    set(output "${CMAKE_BINARY_DIR}/plugins")
  endif()
  set(map "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/e2e-plugin.map")
  set_target_properties(
    ${name}
    PROPERTIES PREFIX ""
               SUFFIX ".so"
               # The generator expression keeps multi-config generators from adding a folder.
               LIBRARY_OUTPUT_DIRECTORY "$<1:${output}>"
               LINK_DEPENDS "${map}")
  _e2e_set_compilation(${name})
  target_link_options(${name} PRIVATE "-Wl,--version-script=${map}" "-Wl,--build-id=sha1" "-Wl,--gc-sections")

  # clang leaves the sanitizers' run-time to the program, so their symbols stay undefined in a library.
  get_directory_property(options COMPILE_OPTIONS)
  string(TOUPPER "${CMAKE_BUILD_TYPE}" type)
  set(flags "${CMAKE_C_FLAGS} ${CMAKE_CXX_FLAGS} ${CMAKE_CXX_FLAGS_${type}} ${options}")
  set(is_clang FALSE)
  if(CMAKE_C_COMPILER_ID MATCHES Clang OR CMAKE_CXX_COMPILER_ID MATCHES Clang)
    set(is_clang TRUE)
  endif()
  if(NOT (is_clang AND flags MATCHES "-fsanitize="))
    target_link_options(${name} PRIVATE "-Wl,-z,defs")
  endif()
endfunction()

# cmake -DPLUGIN=<file> -DREADELF=<program> -DNM=<program> -DEXPECT=<line;line> [-DMAX_GLIBC=<version>]
#       [-DNEEDED=<regex>] -P audit_plugin.cmake
# Fails unless the plugin exports its entry and nothing else, has no unique symbol, and carries the note; where these are
# given, if it needs a newer symbol of glibc, or a library whose name, before .so, does not match.
execute_process(COMMAND ${NM} -D --defined-only ${PLUGIN} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(STRIP "${symbols}" symbols)
if(NOT symbols MATCHES "^[0-9a-f]+ T e2e_plugin_v1$")
  message(FATAL_ERROR "exports of ${PLUGIN}:\n${symbols}")
endif()

execute_process(COMMAND ${READELF} --wide --dyn-syms ${PLUGIN} OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]* UNIQUE [^\n]*" unique "${symbols}")
list(FILTER unique EXCLUDE REGEX " UND ") # of the standard library, imported
if(unique)
  message(FATAL_ERROR "unique symbols of ${PLUGIN}:\n${unique}")
endif()

if(MAX_GLIBC)
  execute_process(COMMAND ${READELF} --wide --version-info ${PLUGIN} OUTPUT_VARIABLE versions COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "GLIBC_[0-9.]+" versions "${versions}")
  if(NOT versions)
    message(FATAL_ERROR "${PLUGIN} needs no version of glibc at all: was it read?")
  endif()
  foreach(version IN LISTS versions)
    string(REPLACE "GLIBC_" "" number ${version})
    if(number VERSION_GREATER MAX_GLIBC)
      message(FATAL_ERROR "${PLUGIN} needs ${version}, which is newer than ${MAX_GLIBC}")
    endif()
  endforeach()
endif()

if(NEEDED)
  execute_process(COMMAND ${READELF} --wide --dynamic ${PLUGIN} OUTPUT_VARIABLE dynamic COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "\\(NEEDED\\)[^\n]*" lines "${dynamic}")
  foreach(line IN LISTS lines)
    # In readelf's words: Shared library: [libm.so.6]
    string(REGEX REPLACE ".*: .(.*)[]]$" "\\1" library "${line}")
    if(NOT library MATCHES "^(${NEEDED})[.]so([.][0-9]+)*$")
      message(FATAL_ERROR "${PLUGIN} needs ${library}, which is none of ${NEEDED}")
    endif()
  endforeach()
endif()

execute_process(COMMAND ${READELF} --wide --notes ${PLUGIN} OUTPUT_VARIABLE notes COMMAND_ERROR_IS_FATAL ANY)
if(NOT notes MATCHES "Build ID: [0-9a-f]+")
  message(FATAL_ERROR "${PLUGIN} has no build-id")
endif()
execute_process(COMMAND ${READELF} --wide --program-headers --sections ${PLUGIN} OUTPUT_VARIABLE headers
                        COMMAND_ERROR_IS_FATAL ANY)
if(NOT headers MATCHES "[.]note[.]e2e +NOTE +[0-9a-f]+ [0-9a-f]+ [0-9a-f]+ [0-9a-f]+ +A +[0-9]+ +[0-9]+ +4\n")
  message(FATAL_ERROR "${PLUGIN} has no allocated section .note.e2e of alignment 4:\n${headers}")
endif()

# The descriptor, by its bytes: readelf names notes of unknown owners by number only.
string(REGEX MATCH "  e2e [^:]*description data: ([0-9a-f ]+)" found "${notes}")
string(REPLACE " " "" bytes "${CMAKE_MATCH_1}")
foreach(line IN LISTS EXPECT)
  string(HEX "${line}" wanted)
  if(NOT bytes MATCHES "(^|0a)${wanted}0a")
    message(FATAL_ERROR "the note of ${PLUGIN} lacks '${line}':\n${notes}")
  endif()
endforeach()
foreach(key sdk cxx stdlib sanitizer)
  string(HEX "${key}=" wanted)
  if(NOT bytes MATCHES "0a${wanted}")
    message(FATAL_ERROR "the note of ${PLUGIN} lacks '${key}':\n${notes}")
  endif()
endforeach()

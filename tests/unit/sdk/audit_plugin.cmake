# cmake -DPLUGIN=<file> -DREADELF=<program> -DNM=<program> -DEXPECT=<line;line> -P audit_plugin.cmake
# Fails unless the plugin exports its entry and nothing else, has no unique symbol, and carries the note.
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

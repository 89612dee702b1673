# Installs the SDK, moves the prefix, and builds the examples with find_package(e2e-sdk) from it.
file(REMOVE_RECURSE ${WORK})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component sdk --prefix ${WORK}/first OUTPUT_QUIET
                        COMMAND_ERROR_IS_FATAL ANY)
file(RENAME ${WORK}/first ${WORK}/moved)

foreach(example plain_c first_plugin)
  file(COPY ${EXAMPLES}/${example} DESTINATION ${WORK}/projects)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -G ${GENERATOR} -S ${WORK}/projects/${example} -B ${WORK}/build/${example}
            -DCMAKE_PREFIX_PATH=${WORK}/moved -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build/${example} OUTPUT_VARIABLE output
                          RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "building ${example} failed:\n${output}")
  endif()
endforeach()

foreach(plugin plain_c/plugins/plain_c.so first_plugin/plugins/users.so)
  if(NOT EXISTS ${WORK}/build/${plugin})
    message(FATAL_ERROR "${plugin} was not built")
  endif()
endforeach()

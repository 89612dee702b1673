# What `cpack -G DEB` and `cpack -G TGZ` make of a build; tools/package.sh calls both.
#
#   e2e-host            the program, the plugins for any service, schemas, completions, documents
#   e2e-sdk             what plugins are built with; source code, so of no architecture
#   libe2e-host-dev     the library for programs that run tests, and its headers
#   e2e-host-VERSION-linux_ARCH.tar.gz  all of it; runs from wherever it is unpacked
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/e2e-host COMPONENT host)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/e2e-host COMPONENT host
        FILES_MATCHING PATTERN *.md)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/completions/e2e-host
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT host)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/completions/e2e-host.fish
        DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT host)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/completions/_e2e-host
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT host)

set(CPACK_PACKAGE_NAME e2e-host)
set(CPACK_PACKAGE_CONTACT "The e2e-host developers")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_COMPONENTS_ALL host sdk library)
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_CURRENT_LIST_DIR}/by_generator.cmake)

set(CPACK_PACKAGE_FILE_NAME e2e-host-${PROJECT_VERSION}-linux_${CMAKE_SYSTEM_PROCESSOR})

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_HOST_PACKAGE_NAME e2e-host)
set(CPACK_COMPONENT_HOST_DESCRIPTION "Runs end-to-end tests of services from plugins, in parallel
 Loads each service's tests from a shared library into worker processes, survives whatever they do, and reports
 what happened in the terminal, as HTML, JUnit, JSON and more.")
set(CPACK_DEBIAN_HOST_PACKAGE_SHLIBDEPS ON)
# Loaded by name, so the program's file does not say so. Ubuntu 24.04 has them under the first names.
set(CPACK_DEBIAN_HOST_PACKAGE_DEPENDS "libcurl4t64 | libcurl4, libarchive13t64 | libarchive13")
# Likewise; without it crashes are reported without stacks.
set(CPACK_DEBIAN_HOST_PACKAGE_RECOMMENDS "libdw1t64 | libdw1")

set(CPACK_DEBIAN_SDK_PACKAGE_NAME e2e-sdk)
set(CPACK_COMPONENT_SDK_DESCRIPTION "Builds plugins of end-to-end tests for e2e-host
 The C++17 API for tests, the plugin ABI's C headers, the CMake package e2e-sdk, and examples.")
set(CPACK_DEBIAN_SDK_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_SDK_PACKAGE_DEPENDS "cmake, g++ | c++-compiler, ninja-build | make")
set(CPACK_DEBIAN_SDK_PACKAGE_RECOMMENDS "e2e-host")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libe2e-host-dev)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "Runs end-to-end tests from programs of one's own
 The library libe2e-host, its headers, its CMake package and pkg-config module, and an example.")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_DEPENDS "e2e-host (= ${PROJECT_VERSION})")

include(CPack)

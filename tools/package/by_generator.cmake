# Read by cpack for each generator.
if(CPACK_GENERATOR STREQUAL "TGZ")
  # One folder with everything, rather than an archive for each component below /usr.
  set(CPACK_ARCHIVE_COMPONENT_INSTALL OFF)
  set(CPACK_PACKAGING_INSTALL_PREFIX "")
  set(CPACK_INCLUDE_TOPLEVEL_DIRECTORY ON)
endif()

# cmake "-DFILES=FILE;..." -DOUT=FILE.cpp -P embed.cmake: makes files into a C++ source.
cmake_minimum_required(VERSION 3.25)
set(cases "")
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  file(READ ${file} text)
  string(APPEND cases "  if (name == \"${name}\") return R\"~~(${text})~~\";\n")
endforeach()
file(WRITE ${OUT} "// Made by embed.cmake.
#include \"scaffold/templates.hpp\"

#include <cstdlib>

namespace e2e::host {

std::string_view template_text(std::string_view name) {
${cases}  std::abort();
}

}  // namespace e2e::host
")

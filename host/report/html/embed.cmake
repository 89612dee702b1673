# cmake -DSOURCES=FOLDER -DOUT=FILE.cpp -P embed.cmake: makes the page of the HTML report, with its script and style and their
# hashes for the page's Content-Security-Policy, into a C++ source.
cmake_minimum_required(VERSION 3.25)
set(scripts dom model state list steps detail timeline overview main)

# The base64 of a SHA-256 that is given in hexadecimal: 32 bytes.
function(base64_of hex out)
  set(alphabet ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/)
  set(text "")
  foreach(at RANGE 0 60 6)
    string(SUBSTRING "${hex}00" ${at} 6 three)
    math(EXPR bits "0x${three}")
    foreach(shift 18 12 6 0)
      math(EXPR index "(${bits} >> ${shift}) & 63")
      string(SUBSTRING ${alphabet} ${index} 1 letter)
      string(APPEND text ${letter})
    endforeach()
  endforeach()
  string(SUBSTRING ${text} 0 43 text) # 43 letters hold 256 bits; the rest is padding
  set(${out} "${text}=" PARENT_SCOPE)
endfunction()

function(hash_of text out)
  string(SHA256 hex "${text}")
  base64_of(${hex} base64)
  set(${out} "sha256-${base64}" PARENT_SCOPE)
endfunction()

file(READ ${SOURCES}/page.html page)
file(READ ${SOURCES}/style.css style)
set(script "(() => {\n'use strict';\n")
foreach(name IN LISTS scripts)
  file(READ ${SOURCES}/${name}.js part)
  string(APPEND script "\n${part}")
endforeach()
string(APPEND script "})();\n")

hash_of("${script}" script_hash)
hash_of("${style}" style_hash)
string(REPLACE "@script_hash@" "${script_hash}" page "${page}")
string(REPLACE "@style_hash@" "${style_hash}" page "${page}")
string(REPLACE "@style@" "${style}" page "${page}")
string(REPLACE "@script@" "${script}" page "${page}")
string(FIND "${page}" "@data@" at)
string(SUBSTRING "${page}" 0 ${at} head)
math(EXPR after "${at} + 7") # and its newline
string(SUBSTRING "${page}" ${after} -1 tail)

file(WRITE ${OUT} "// Made by embed.cmake.
#include \"report/html_page.hpp\"

namespace e2e::host {

constexpr std::string_view kHead = R\"page(${head})page\";
constexpr std::string_view kTail = R\"page(${tail})page\";
const std::string_view html_page_head = kHead, html_page_tail = kTail;

}  // namespace e2e::host
")

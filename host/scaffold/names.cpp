#include "scaffold/names.hpp"

#include <algorithm>
#include <iterator>

namespace e2e::host {
namespace {

constexpr size_t kLongestName = 64;

// [lex.key] and [lex.digraph] of C++23, and the identifiers with special meaning that a test can't well be
// called.
constexpr std::string_view kKeywords[] = {"alignas",      "alignof",      "and",           "and_eq",
                                          "asm",          "auto",         "bitand",        "bitor",
                                          "bool",         "break",        "case",          "catch",
                                          "char",         "char16_t",     "char32_t",      "char8_t",
                                          "class",        "co_await",     "co_return",     "co_yield",
                                          "compl",        "concept",      "const",         "const_cast",
                                          "consteval",    "constexpr",    "constinit",     "continue",
                                          "decltype",     "default",      "delete",        "do",
                                          "double",       "dynamic_cast", "else",          "enum",
                                          "explicit",     "export",       "extern",        "false",
                                          "float",        "for",          "friend",        "goto",
                                          "if",           "inline",       "int",           "long",
                                          "main",         "mutable",      "namespace",     "new",
                                          "noexcept",     "not",          "not_eq",        "nullptr",
                                          "operator",     "or",           "or_eq",         "private",
                                          "protected",    "public",       "register",      "reinterpret_cast",
                                          "requires",     "return",       "short",         "signed",
                                          "sizeof",       "static",       "static_assert", "static_cast",
                                          "struct",       "switch",       "template",      "this",
                                          "thread_local", "throw",        "true",          "try",
                                          "typedef",      "typeid",       "typename",      "union",
                                          "unsigned",     "using",        "virtual",       "void",
                                          "volatile",     "wchar_t",      "while",         "xor",
                                          "xor_eq"};

// Targets that CMake's generators make themselves (policy CMP0037), and those of the SDK.
constexpr std::string_view kTargets[] = {
    "all",     "clean",          "edit_cache",    "e2e-abi",
    "e2e-sdk", "help",           "install",       "list_install_components",
    "package", "package_source", "rebuild_cache", "test"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool holds(const auto& words, std::string_view name) {
  return std::find(std::begin(words), std::end(words), name) != std::end(words);
}

}  // namespace

std::string new_service_problem(std::string_view name) {
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_'; };
  if (name.empty() || !is_letter(name.front()) || !std::all_of(name.begin(), name.end(), fits))
    return "must be a letter, then letters, digits, '-' and '_': it becomes a folder, a CMake target and a "
           "class";
  if (name.size() > kLongestName) return "is longer than 64 characters";
  if (holds(kTargets, name)) return "is a target that CMake or the SDK keeps for itself";
  return {};
}

std::string new_test_problem(std::string_view name) {
  const auto fits = [](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
  if (name.empty() || is_digit(name.front()) || !std::all_of(name.begin(), name.end(), fits))
    return "must be a letter, then letters, digits and '_': it becomes a function in C++";
  if (name.size() > kLongestName) return "is longer than 64 characters";
  if (name.front() == '_' || name.find("__") != std::string_view::npos)
    return "has an underscore in front, or two in a row: C++ keeps such names for itself";
  if (holds(kKeywords, name)) return "is a word that C++ keeps for itself";
  return {};
}

std::string page_class_of(std::string_view service) {
  std::string name;
  bool begins_word = true;
  for (const char c : service) {
    if (c == '-' || c == '_') {
      begins_word = true;
      continue;
    }
    name += begins_word && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    begins_word = false;
  }
  return name + "Page";
}

std::string page_file_of(std::string_view service) {
  std::string name(service);
  std::replace(name.begin(), name.end(), '-', '_');
  return name + "_page.hpp";
}

std::string project_name_of(std::string_view folder) {
  std::string name(folder);
  for (char& c : name)
    if (!is_letter(c) && !is_digit(c) && c != '-' && c != '_') c = '_';
  if (name.empty() || !is_letter(name.front())) name = "e2e_" + name;
  return name;
}

}  // namespace e2e::host

#include "e2e/each.hpp"

#include <algorithm>

#include "registry.hpp"

namespace e2e::detail {

namespace {

/// What no shell, report or file system takes for something else.
std::string plain_name(const std::string& name) {
  constexpr std::size_t longest = 100;
  std::string plain;
  for (const char c : name.substr(0, longest)) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    plain += is_plain ? c : '_';
  }
  return plain;
}

}  // namespace

void EachRegistration::add(const char* name, Location where, const std::string& row, std::size_t number,
                           TestCall* call, Page* (*make_page)(const PageBinding&),
                           std::initializer_list<TestOption> options) {
  auto made = std::make_unique<DynamicTest>();
  made->call.reset(call);
  const std::string plain = plain_name(row);
  made->name = std::string(name) + "." + (plain.empty() ? std::to_string(number) : plain);
  Registry& registry = Registry::global();
  const std::string_view file = registry.keep_clean(where.file);
  // Rows whose names come to the same are told apart by their number.
  if (registry.has(module_of(file), made->name)) made->name += "-" + std::to_string(number);
  TestEntry entry{module_of(file), made->name, file, where, {nullptr, nullptr, make_page}, {}, nullptr};
  entry.made = std::move(made);
  for (const TestOption& option : options) {
    if (!option.key().empty()) entry.options.push_back(option);
  }
  registry.add(std::move(entry));
}

}  // namespace e2e::detail

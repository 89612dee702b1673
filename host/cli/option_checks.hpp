#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace e2e::host {

/// What is wrong with an option's value, for people; empty where it is in order. What CLI11 says of a value
/// out of its range is not for people.
using OptionCheck = std::function<std::string(const std::string&)>;

OptionCheck whole_number(int64_t low, int64_t high);
OptionCheck one_of(std::vector<std::string> choices);

}  // namespace e2e::host

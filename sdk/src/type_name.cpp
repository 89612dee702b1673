#include "type_name.hpp"

#include <cxxabi.h>

#include <cstdlib>
#include <memory>

namespace e2e::detail {

std::string type_name(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  return status == 0 && name ? name.get() : type.name();
}

std::string current_exception_type() {
  const std::type_info* type = abi::__cxa_current_exception_type();
  return type ? type_name(*type) : "(foreign)";
}

}  // namespace e2e::detail

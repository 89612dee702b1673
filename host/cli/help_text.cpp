#include "cli/help_text.hpp"

namespace e2e::host {
namespace {

constexpr size_t name_columns = 36;

class HelpFormatter final : public CLI::Formatter {
 public:
  /// Only what the value is: which options exclude each other is said where it is done.
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_size() == 0 ? std::string() : option->get_type_name();
    if (type.empty()) return {};
    return type.front() == '[' ? type : " " + type;
  }
};

}  // namespace

std::shared_ptr<CLI::Formatter> make_help_formatter() {
  auto formatter = std::make_shared<HelpFormatter>();
  formatter->column_width(name_columns);
  return formatter;
}

}  // namespace e2e::host

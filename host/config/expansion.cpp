#include "config/expansion.hpp"

#include <fmt/format.h>

namespace e2e::host {
namespace {

constexpr std::string_view worker_mark = "{worker.";
constexpr std::string_view port_name = "service.port";
constexpr std::string_view folder_name = "run.folder";
constexpr std::string_view name_characters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

bool is_variable_name(std::string_view name) {
  return !name.empty() && name.find_first_not_of(name_characters) == name.npos &&
         (name[0] < '0' || name[0] > '9');
}

/// Whether expand_late_names() would look at the text: then it must find it escaped.
bool looks_late(std::string_view text) {
  return text.find(worker_mark) != text.npos || text.find("{service.port}") != text.npos ||
         text.find("{run.folder}") != text.npos;
}

/// The name at the start of a late text: "worker.index" of "${worker.index}..."; empty where none stands
/// there.
std::string_view late_name_at(std::string_view text) {
  if (!text.starts_with("${")) return {};
  const size_t end = text.find('}');
  if (end == text.npos) return {};
  const std::string_view name = text.substr(2, end - 2);
  return name.starts_with("worker.") || name == port_name || name == folder_name ? name : std::string_view();
}

/// The result is made twice: with dollar signs doubled for expand_late_names(), and without.
class Expander {
 public:
  Expander(std::string_view text, const Variables& variables) : text_(text), variables_(variables) {}

  Expansion run() {
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("$$")) {
        append("$");
        at_ += 2;
      } else if (rest.starts_with("${")) {
        expand_reference(rest);
      } else {
        append(rest.substr(0, 1));
        ++at_;
      }
    }
    // A variable's value may look like a late name by itself: then it must be found escaped.
    const bool is_late = result_.has_worker_names || result_.has_service_names || looks_late(plain_);
    result_.text = is_late ? std::move(escaped_) : std::move(plain_);
    return std::move(result_);
  }

 private:
  void append(std::string_view literal) {
    plain_ += literal;
    for (const char c : literal) {
      if (c == '$') escaped_ += '$';
      escaped_ += c;
    }
  }

  void problem(size_t length, std::string message, std::string hint, bool is_unset = false) {
    result_.problems.push_back({at_, length, std::move(message), std::move(hint), is_unset});
  }

  void expand_reference(std::string_view rest) {
    result_.has_references = true;
    const size_t end = rest.find('}');
    if (end == rest.npos) {
      problem(rest.size(), "'${' has no '}'", "write '$$' for a dollar sign");
      at_ = text_.size();
      return;
    }
    const std::string_view reference = rest.substr(0, end + 1);
    const std::string_view body = reference.substr(2, end - 2);
    if (const std::string_view late = late_name_at(reference); !late.empty()) {
      (late.starts_with("worker.") ? result_.has_worker_names : result_.has_service_names) = true;
      escaped_ += reference;
    } else {
      expand_variable(reference, body);
    }
    at_ += reference.size();
  }

  void expand_variable(std::string_view reference, std::string_view body) {
    const size_t name_size = std::min(body.find_first_not_of(name_characters), body.size());
    const std::string name(body.substr(0, name_size));
    const std::string_view tail = body.substr(name_size);
    const bool has_default = tail.starts_with(":-");
    const bool is_required = tail.starts_with(":?");
    if (!is_variable_name(name) || (!tail.empty() && !has_default && !is_required) ||
        tail.find("${") != tail.npos) {
      problem(reference.size(),
              fmt::format("'{}' is not ${{NAME}}, ${{NAME:-default}} or ${{NAME:?why}}", reference),
              "references can't be nested; write '$$' for a dollar sign");
      return;
    }
    const auto found = variables_.find(name);
    const bool is_set = found != variables_.end();
    if (is_set && (!found->second.empty() || tail.empty()))
      append(found->second);
    else if (has_default)
      append(tail.substr(2));
    else if (is_required && tail.size() > 2)
      problem(reference.size(), fmt::format("environment variable '{}' is needed: {}", name, tail.substr(2)),
              {}, true);
    else
      problem(reference.size(),
              fmt::format("environment variable '{}' is not set{}", name, is_set ? ", it is empty" : ""),
              fmt::format("set it, or give a default: ${{{}:-default}}", name), true);
  }

  std::string_view text_;
  const Variables& variables_;
  size_t at_ = 0;
  std::string plain_;
  std::string escaped_;
  Expansion result_;
};

}  // namespace

Expansion expand(std::string_view text, const Variables& variables) {
  return Expander(text, variables).run();
}

std::string expand_late_names(std::string_view text, const LateNames& names) {
  if (!looks_late(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    size_t taken = 1;
    const std::string_view name = late_name_at(text);
    if (text.starts_with("$$")) {
      out += '$';
      taken = 2;
    } else if (name == "worker.index") {
      out += std::to_string(names.worker_index);
      taken = name.size() + 3;
    } else if (name == port_name && names.service_port != 0) {
      out += std::to_string(names.service_port);
      taken = name.size() + 3;
    } else if (name == folder_name && !names.run_folder.empty()) {
      out += names.run_folder;
      taken = name.size() + 3;
    } else {
      out += text[0];
    }
    text.remove_prefix(taken);
  }
  return out;
}

bool has_late_name(std::string_view text, std::string_view name) {
  if (!looks_late(text)) return false;
  while (!text.empty()) {
    if (late_name_at(text) == name) return true;
    text.remove_prefix(text.starts_with("$$") ? 2 : 1);
  }
  return false;
}

}  // namespace e2e::host

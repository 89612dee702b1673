#include "worker/metadata.hpp"

namespace e2e::host {

void Metadata::begin_unit(std::vector<std::pair<std::string, std::string>> inherited) {
  unit_.clear();
  for (auto& [key, json] : inherited) unit_.insert_or_assign(std::move(key), std::move(json));
}

void Metadata::begin_scope() {
  scope_.clear();
  is_in_attempt_ = false;
}

void Metadata::set(std::string_view key, std::string_view json) {
  Values& layer = is_in_attempt_ ? attempt_ : scope_;
  layer.insert_or_assign(std::string(key), std::string(json));
}

std::optional<std::string_view> Metadata::get(std::string_view key) const {
  for (const Values* layer : {&attempt_, &scope_, &unit_})
    if (const auto found = layer->find(key); found != layer->end()) return found->second;
  return std::nullopt;
}

void Metadata::begin_attempt() {
  attempt_.clear();
  is_in_attempt_ = true;
}

std::vector<std::pair<std::string, std::string>> Metadata::end_attempt(bool has_passed,
                                                                       bool is_for_later_tests) {
  is_in_attempt_ = false;
  std::vector<std::pair<std::string, std::string>> kept;
  if (has_passed)
    for (const auto& [key, json] : attempt_) {
      kept.emplace_back(key, json);
      if (is_for_later_tests) unit_.insert_or_assign(key, json);
    }
  attempt_.clear();
  return kept;
}

}  // namespace e2e::host

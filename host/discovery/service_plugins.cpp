#include "discovery/service_plugins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "base/near_miss.hpp"
#include "base/utf8.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

class Matcher {
 public:
  Matcher(std::vector<PluginFile> found, const Config& config, const fs::path& installed,
          const HostPlatform& platform)
      : found_(std::move(found)), config_(config), installed_(installed), platform_(platform) {}

  ServicePlugins run() {
    add_installed();
    for (const PluginFile& file : found_) {
      if (file.note.service == "*")
        add_for_any(file);
      else
        add_for_its_service(file);
    }
    for (const auto& service : config_.services)
      for (const auto& listing : service.plugins) check_listing(service, listing);
    check_ids();
    return std::move(result_);
  }

 private:
  static bool fits(const PluginFile& file, const std::string& service) {
    return file.note.service == "*" || file.note.service == service;
  }

  bool is_found(const std::string& id) const {
    return std::any_of(found_.begin(), found_.end(), [&](const auto& file) { return file.note.id == id; });
  }

  void add_installed() {
    if (installed_.empty()) return;
    std::set<std::string> seen;
    for (const auto& service : config_.services)
      for (const auto& listing : service.plugins) {
        const fs::path file = installed_ / (listing.id + ".so");
        std::error_code error;
        if (is_found(listing.id) || !seen.insert(listing.id).second || !fs::exists(file, error)) continue;
        auto read = read_plugin_file(file, platform_);
        if (auto* plugin = std::get_if<PluginFile>(&read))
          found_.push_back(std::move(*plugin));
        else if (const auto* refusal = std::get_if<Refusal>(&read))
          result_.unusable.push_back(refusal->sentence);
        else
          result_.unusable.push_back(std::get<NotAPlugin>(read).sentence);
        tried_.insert(listing.id);
      }
  }

  void add(const PluginFile& file, const std::string& service, const PluginListing* listing) {
    ServicePlugin plugin;
    plugin.file = file;
    plugin.service = service;
    plugin.is_listed = listing != nullptr;
    if (listing != nullptr) plugin.settings = listing->settings;
    result_.plugins.push_back(std::move(plugin));
  }

  void add_for_any(const PluginFile& file) {
    bool is_listed = false;
    for (const auto& service : config_.services)
      if (const PluginListing* listing = service.listing(file.note.id)) {
        add(file, service.name, listing);
        is_listed = true;
      }
    if (!is_listed)
      result_.passed_over.push_back(
          fmt::format("{}: is for any service, and no service lists '{}' under plugins",
                      printable(file.path.string()), file.note.id));
  }

  void add_for_its_service(const PluginFile& file) {
    const ServiceConfig* service = config_.service(file.note.service);
    add(file, file.note.service, service == nullptr ? nullptr : service->listing(file.note.id));
    if (service != nullptr) return;
    std::vector<std::string> names;
    for (const auto& other : config_.services) names.push_back(other.name);
    const std::string meant = near_miss(file.note.service, names);
    const std::string problem =
        config_.file.empty()
            ? std::string("but there is no e2e.conf to configure it\nhint: make one")
            : fmt::format("which {} does not configure{}\nhint: add to it", config_.file.filename().string(),
                          meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant));
    result_.problems.push_back(fmt::format(
        "{}: tests the service '{}', {}: services: {{{}: {{base_url: \"http://127.0.0.1:8080\"}}}}",
        file.path.string(), file.note.service, problem, file.note.service));
  }

  void check_listing(const ServiceConfig& service, const PluginListing& listing) {
    const PluginFile* of_another = nullptr;
    for (const PluginFile& file : found_) {
      if (file.note.id != listing.id) continue;
      if (fits(file, service.name)) return;
      of_another = &file;
    }
    const std::string lists =
        fmt::format("{}: service '{}' lists the plugin '{}'", listing.origin, service.name, listing.id);
    if (of_another != nullptr)
      result_.problems.push_back(fmt::format("{}, which is for the service '{}' ({})", lists,
                                             of_another->note.service, printable(of_another->path.string())));
    else if (tried_.count(listing.id) == 0)
      result_.problems.push_back(
          fmt::format("{}, which is not in {}{}\nhint: build it, or say where it is: --plugins PATH, "
                      "$E2E_PLUGIN_PATH, or plugins: {{paths: [PATH]}} in e2e.conf",
                      lists, places(), meant_id(listing.id)));
  }

  std::string places() const {
    std::vector<fs::path> all = config_.plugin_paths;
    if (!installed_.empty()) all.push_back(installed_);
    std::string text;
    for (size_t i = 0; i < all.size(); ++i)
      text += (i == 0 ? "" : i + 1 == all.size() ? " or " : ", ") + printable(all[i].string());
    return text;
  }

  std::string meant_id(const std::string& id) const {
    std::vector<std::string> known;
    for (const PluginFile& file : found_) known.push_back(file.note.id);
    std::error_code error;
    if (!installed_.empty())
      for (fs::directory_iterator entry(installed_, error), end; !error && entry != end;
           entry.increment(error))
        if (entry->path().extension() == ".so") known.push_back(entry->path().stem().string());
    const std::string meant = near_miss(id, known);
    return meant.empty() ? "" : fmt::format("; did you mean '{}'?", printable(meant));
  }

  /// Settings are given by id: two of one id would be told the same, and tests of one service could not be
  /// told apart by it.
  void check_ids() {
    for (size_t second = 0; second < result_.plugins.size(); ++second)
      for (size_t first = 0; first < second; ++first) {
        const ServicePlugin& a = result_.plugins[first];
        const ServicePlugin& b = result_.plugins[second];
        if (a.service != b.service || a.file.note.id != b.file.note.id) continue;
        result_.problems.push_back(fmt::format(
            "{} and {} are both the plugin '{}' of the service '{}'; give one another id, or take one out",
            printable(a.file.path.string()), printable(b.file.path.string()), a.file.note.id, a.service));
        break;
      }
  }

  std::vector<PluginFile> found_;
  const Config& config_;
  const fs::path& installed_;
  const HostPlatform& platform_;
  std::set<std::string> tried_;  ///< ids that were installed
  ServicePlugins result_;
};

}  // namespace

ServicePlugins match_plugins(std::vector<PluginFile> found, const Config& config,
                             const std::filesystem::path& installed, const HostPlatform& platform) {
  return Matcher(std::move(found), config, installed, platform).run();
}

}  // namespace e2e::host

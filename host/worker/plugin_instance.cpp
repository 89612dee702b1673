#include "worker/plugin_instance.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/dll/shared_library.hpp>
#include <mutex>
#include <stdexcept>

#include "base/utf8.hpp"
#include "base/version.hpp"
#include "config/expansion.hpp"
#include "page/abi_text.hpp"
#include "worker/host_extensions.hpp"
#include "worker/worker_state.hpp"

namespace e2e::host {
namespace {

constexpr uint32_t max_tests = 100'000;
constexpr uint64_t max_name_bytes = 4096;
constexpr uint32_t max_annotations = 1000;

/// The entry of the library, which stays loaded for good.
const e2e_plugin* load(const std::string& path) {
  namespace dll = boost::dll;
  const e2e_plugin* (*entry)() = nullptr;
  // dlopen() is declared noexcept, but runs the plugin's constructors. Through a pointer that promises
  // nothing what they throw can be caught. This handle is never closed. What opens is not opened once more by
  // Boost.DLL, as each time the linker compares the path with the names of all that is loaded; it has the
  // reason where it can't be opened.
  void* (*volatile run_constructors)(const char*, int) = ::dlopen;
  // The linker runs constructors under a lock of its own, which ThreadSanitizer does not see: without this
  // one it takes what another worker's thread reads of a plugin that this one opened for a race.
  static std::mutex opening;
  const std::lock_guard lock(opening);
  try {
    if (void* library = run_constructors(path.c_str(), RTLD_NOW | RTLD_LOCAL))
      entry = reinterpret_cast<const e2e_plugin* (*)()>(::dlsym(library, E2E_PLUGIN_ENTRY));
    else
      dll::shared_library(path, dll::load_mode::rtld_now | dll::load_mode::rtld_local);
  } catch (const dll::fs::system_error& failure) {
    throw std::runtime_error(fmt::format("{}: cannot be loaded: {}", path, printable(failure.what())));
  } catch (const std::exception& thrown) {
    throw std::runtime_error(fmt::format("{}: one of its constructors threw: {}", path, thrown.what()));
  } catch (...) {
    throw std::runtime_error(path + ": one of its constructors threw something that is no std::exception");
  }
  if (entry == nullptr)
    throw std::runtime_error(path + ": has no " E2E_PLUGIN_ENTRY "(); build it with e2e_add_plugin()");
  return entry();
}

/// Borrowed from the plugin.
std::string_view bounded(const e2e_str& text, const char* what, const std::string& path) {
  if (text.len > max_name_bytes || (text.len > 0 && text.ptr == nullptr))
    throw std::runtime_error(
        fmt::format("{}: describes a test whose {} is longer than {} bytes", path, what, max_name_bytes));
  return text.len == 0 ? std::string_view() : std::string_view(text.ptr, text.len);
}

const e2e_test_desc& checked(const e2e_test_desc* description, const std::string& path) {
  // The fields of ABI 1.0 end with `reserved`.
  if (description == nullptr || description->struct_size < offsetof(e2e_test_desc, reserved))
    throw std::runtime_error(path + ": describes a test by a null or too small struct");
  return *description;
}

DescribedTest copy_test(const e2e_test_desc& description, const std::string& path) {
  DescribedTest test;
  test.module = bounded(description.module, "module", path);
  test.name = bounded(description.name, "name", path);
  test.file = bounded(description.file, "file", path);
  test.line = description.line;
  if (description.annotation_count > max_annotations ||
      (description.annotation_count > 0 && description.annotations == nullptr))
    throw std::runtime_error(fmt::format("{}: test {}::{} has more than {} annotations", path, test.module,
                                         test.name, max_annotations));
  for (uint32_t i = 0; i < description.annotation_count; ++i) {
    const e2e_kv& pair = description.annotations[i];
    test.annotations.emplace_back(bounded(pair.key, "annotation", path),
                                  bounded(pair.value, "annotation", path));
  }
  return test;
}

}  // namespace

SettingsRefusal::SettingsRefusal(const std::string& path, SettingsRefused all)
    : std::runtime_error(fmt::format("{}: refuses its settings: {}: {}", path,
                                     all.front().pointer.empty() ? "as a whole" : all.front().pointer,
                                     all.front().message)),
      problems(std::move(all)) {}

PluginInstance::PluginInstance(std::string path, const ServiceOrder& service, WorkerState& worker)
    : path_(std::move(path)),
      own_{worker,
           path_,
           service.name,
           expand_late_names(service.base_url, {worker.slot, service.port, service.run_folder}),
           expand_late_names(service.health_endpoint, {worker.slot, service.port, service.run_folder}),
           service.environment,
           service.plugin_settings,
           {}},
      plugin_(load(path_)) {
  check_abi();
  host_.struct_size = sizeof host_;
  host_.abi_major = E2E_ABI_MAJOR;
  host_.abi_minor = E2E_ABI_MINOR;
  host_.impl = &own_;
  host_.get_extension = find_host_extension;
  host_.name = to_abi("e2e-host");
  host_.version = to_abi(host_version);
  host_.service = to_abi(own_.service);
  const e2e_rc rc = plugin_->init(&host_, &context_);
  if (!own_.refused.empty()) throw SettingsRefusal(path_, std::move(own_.refused));
  if (rc != E2E_PASS)
    throw std::runtime_error(
        fmt::format("{}: its init() failed: {}", path_,
                    worker.last_error.empty() ? "it did not say why" : printable(worker.last_error)));
  is_initialised_ = true;
}

PluginInstance::~PluginInstance() {
  if (is_initialised_ && E2E_HAS(plugin_, e2e_plugin, deinit)) plugin_->deinit(context_);
}

void PluginInstance::check_abi() const {
  if (plugin_ == nullptr) throw std::runtime_error(path_ + ": " E2E_PLUGIN_ENTRY "() returned null");
  if (plugin_->magic != E2E_PLUGIN_MAGIC)
    throw std::runtime_error(
        fmt::format("{}: its plugin struct begins with {:#010x}, not with {:#010x}; rebuild it with this SDK",
                    path_, plugin_->magic, E2E_PLUGIN_MAGIC));
  if (plugin_->struct_size < offsetof(e2e_plugin, flags))
    throw std::runtime_error(fmt::format(
        "{}: its plugin struct says it has {} bytes; rebuild it with this SDK", path_, plugin_->struct_size));
  if (plugin_->abi_major != E2E_ABI_MAJOR || plugin_->abi_minor > E2E_ABI_MINOR)
    throw std::runtime_error(fmt::format("{}: needs plugin ABI {}.{}, this host offers {}.{}: update {}",
                                         path_, plugin_->abi_major, plugin_->abi_minor, E2E_ABI_MAJOR,
                                         E2E_ABI_MINOR,
                                         plugin_->abi_major < E2E_ABI_MAJOR ? "the plugin" : "e2e-host"));
  const auto need = [this](bool is_there, const char* function) {
    if (!is_there)
      throw std::runtime_error(
          fmt::format("{}: its plugin struct has no {}(); rebuild it with this SDK", path_, function));
  };
  need(E2E_HAS(plugin_, e2e_plugin, init), "init");
  need(E2E_HAS(plugin_, e2e_plugin, test_count), "test_count");
  need(E2E_HAS(plugin_, e2e_plugin, test_at), "test_at");
  need(E2E_HAS(plugin_, e2e_plugin, scope_open), "scope_open");
  need(E2E_HAS(plugin_, e2e_plugin, scope_close), "scope_close");
  need(E2E_HAS(plugin_, e2e_plugin, run), "run");
  if (!E2E_HAS(plugin_, e2e_plugin, requires_extensions)) return;
  for (const char* const* id = plugin_->requires_extensions; *id != nullptr; ++id)
    if (find_host_extension(nullptr, *id) == nullptr)
      throw std::runtime_error(
          fmt::format("{}: requires the extension {}, which this host ({}) has not: update e2e-host", path_,
                      printable(*id), host_version));
}

uint32_t PluginInstance::test_count() const {
  const uint32_t count = plugin_->test_count(context_);
  if (count > max_tests)
    throw std::runtime_error(
        fmt::format("{}: says it has {} tests; the limit is {}", path_, count, max_tests));
  return count;
}

DescribedPlugin PluginInstance::describe() const {
  DescribedPlugin described;
  described.is_dynamic = (plugin_->flags & E2E_PLUGIN_DYNAMIC) != 0;
  const uint32_t count = test_count();
  described.tests.reserve(count);
  for (uint32_t i = 0; i < count; ++i)
    described.tests.push_back(copy_test(checked(plugin_->test_at(context_, i), path_), path_));
  return described;
}

uint64_t PluginInstance::list_fingerprint() {
  if (fingerprint_ != 0) return fingerprint_;
  ListFingerprint list;
  const uint32_t count = test_count();
  for (uint32_t i = 0; i < count; ++i) {
    const e2e_test_desc& test = checked(plugin_->test_at(context_, i), path_);
    list.add(bounded(test.module, "module", path_), bounded(test.name, "name", path_));
  }
  return fingerprint_ = list.value();
}

}  // namespace e2e::host

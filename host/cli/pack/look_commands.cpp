// What looks at packs: their files, and those that are installed. Nothing of them is run.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "base/json_text.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/pack/pack_description.hpp"
#include "cli/pack/pack_errors.hpp"
#include "cli/pack/pack_text.hpp"
#include "cli/print.hpp"
#include "pack/read_pack.hpp"
#include "pack/unpack.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

/// Reads a pack's head and list of tests, having checked all of it.
class TestsOf : public PackSink {
 public:
  void begin(const PackHead&) override {}
  void begin_file(const PackFile& file) override {
    is_tests_ = file.path == tests_name && file.size <= max_tests_bytes;
  }
  void write(std::string_view bytes) override {
    if (is_tests_) text_ += bytes;
  }
  void end_file() override { is_tests_ = false; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  bool is_tests_ = false;
  std::string text_;
};

}  // namespace

bool is_pack_file(const fs::path& file) {
  constexpr std::string_view magic = "\x28\xb5\x2f\xfd";  // RFC 8878, section 3.1.1
  char bytes[magic.size()] = {};
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return fd && ::read(fd.get(), bytes, sizeof bytes) == static_cast<ssize_t>(sizeof bytes) &&
         std::string_view(bytes, sizeof bytes) == magic;
}

void add_pack_description(const fs::path& file, std::string& text, JsonText& json) {
  const UniqueFd fd = open_pack_file(file);
  const auto trusted = trusted_keys();
  TestsOf tests;
  const PackHead head = about(file, [&] { return read_pack(fd.get(), trusted, &tests); });
  const PackView view{head, file.string(), {}, count_tests(tests.text())};
  text += pack_text(view, HostPlatform::current());
  add_pack_json(json, view);
}

ExitCode pack_inspect_command(const Options& options) {
  JsonText json;
  json.begin_array();
  std::string text;
  for (const auto& file : options.files) add_pack_description(file, text, json);
  print(options.json ? json.end_array().take() + "\n" : text);
  return ExitCode::ok;
}

ExitCode pack_verify_command(const Options& options) {
  const auto trusted = trusted_keys();
  JsonText json;
  json.begin_array();
  std::string text;
  bool is_good = true;
  for (const auto& name : options.pack.names) {
    const PackHead head = about(name, [&] {
      std::error_code error;
      if (fs::is_regular_file(name, error)) return read_pack(open_pack_file(name).get(), trusted, nullptr);
      const PackStore store(PackStore::default_folder(), trusted);
      const InstalledPack pack = store.find(name);
      store.check(pack);
      return pack.head;
    });
    is_good = is_good && head.vouched == Vouched::trusted;
    text += fmt::format(
        "{}: whole; {}\n", printable(name),
        head.vouched == Vouched::trusted
            ? fmt::format("signed by {} with key {}", head.manifest.publisher, head.manifest.key_id)
        : head.vouched == Vouched::unknown
            ? fmt::format("signed with key {}, which is not trusted", head.manifest.key_id)
            : "NOT SIGNED: whole says nothing of who made it");
    add_pack_json(json, {head, name, {}, {}});
  }
  print(options.json ? json.end_array().take() + "\n" : text);
  return is_good ? ExitCode::ok : ExitCode::infrastructure;
}

ExitCode pack_list_command(const Options& options) {
  std::vector<std::string> problems;
  const auto packs = about({}, [&] { return user_store().list(problems); });
  JsonText json;
  json.begin_array();
  std::string text;
  for (const auto& pack : packs) {
    text += pack_line(view_of_installed(pack));
    add_pack_json(json, view_of_installed(pack));
  }
  print(options.json ? json.end_array().take() + "\n" : text);
  if (packs.empty() && problems.empty() && !options.json) fmt::print(stderr, "no packs are installed\n");
  for (const auto& problem : problems) fmt::print(stderr, "warning: {}\n", problem);
  return problems.empty() ? ExitCode::ok : ExitCode::infrastructure;
}

ExitCode pack_show_command(const Options& options) {
  const PackStore store = user_store();
  const HostPlatform platform = HostPlatform::current();
  JsonText json;
  json.begin_array();
  std::string text;
  for (const auto& name : options.pack.names) {
    const InstalledPack pack = about({}, [&] { return store.find(name); });
    text += pack_text(view_of_installed(pack), platform);
    add_pack_json(json, view_of_installed(pack));
  }
  print(options.json ? json.end_array().take() + "\n" : text);
  return ExitCode::ok;
}

}  // namespace e2e::host

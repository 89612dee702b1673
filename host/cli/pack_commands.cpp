// What makes packs and looks at their files.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <system_error>

#include "base/fatal.hpp"
#include "base/json_text.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/pack_description.hpp"
#include "cli/pack_text.hpp"
#include "cli/process.hpp"
#include "discovery/plugin_file.hpp"
#include "pack/archive.hpp"
#include "pack/build_pack.hpp"
#include "pack/pack_store.hpp"
#include "pack/read_pack.hpp"
#include "pack/signature.hpp"
#include "pack/trust.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostTestsBytes = 8 << 20;
constexpr const char* kTestsName = "tests.json";

[[noreturn]] void refuse(const fs::path& what, const std::string& why) {
  throw Fatal(ExitCode::infrastructure, fmt::format("error: {}: {}", printable(what.string()), why));
}

/// Calls it; what it says of a pack or key gets that name in front.
template <class Work>
auto about(const fs::path& what, const Work& work) {
  try {
    return work();
  } catch (const PackError& error) {
    refuse(what, error.what());
  }
}

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

UniqueFd open_file(const fs::path& file) {
  UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) refuse(file, fmt::format("can't be read: {}", std::strerror(errno)));
  return fd;
}

/// A file that takes its name only when it is whole.
class NewFileInPlace {
 public:
  explicit NewFileInPlace(fs::path file)
      : file_(std::move(file)),
        temporary_(file_.parent_path() / fmt::format(".{}.{}.tmp", file_.filename().string().substr(0, 200),
                                                     static_cast<long>(::getpid()))),
        fd_(::open(temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
    if (!fd_) refuse(file_, fmt::format("can't be written: {}", std::strerror(errno)));
  }
  NewFileInPlace(const NewFileInPlace&) = delete;
  NewFileInPlace& operator=(const NewFileInPlace&) = delete;
  ~NewFileInPlace() {
    if (!is_kept_) ::unlink(temporary_.c_str());
  }
  [[nodiscard]] int fd() const { return fd_.get(); }
  void keep() {
    if (::fsync(fd_.get()) != 0 || ::rename(temporary_.c_str(), file_.c_str()) != 0)
      refuse(file_, fmt::format("can't be written: {}", std::strerror(errno)));
    is_kept_ = true;
  }

 private:
  fs::path file_, temporary_;
  UniqueFd fd_;
  bool is_kept_ = false;
};

/// All files below a folder, or the file: their paths in the pack, below data/.
std::vector<PackSource> data_files(const fs::path& given) {
  std::vector<PackSource> found;
  const fs::path path = given.has_filename() ? given : given.parent_path();
  std::error_code error;
  if (!fs::is_directory(path, error)) return {{"data/" + path.filename().string(), path, {}}};
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory(error) && !entry->is_symlink(error)) continue;
    if (entry->is_symlink(error) || !entry->is_regular_file(error))
      refuse(entry->path(), "is no regular file");
    const fs::path below = path.filename() / entry->path().lexically_relative(path);
    found.push_back({"data/" + below.string(), entry->path(), {}});
  }
  if (error) refuse(path, error.message());
  return found;
}

/// What `list` says of the plugins' tests, as far as it is the same everywhere. Runs the plugins' code, in
/// workers.
std::string describe_tests(const std::vector<fs::path>& plugins, const Manifest& manifest) {
  std::string folder = (fs::temp_directory_path() / "e2e-pack-XXXXXX").string();
  if (!::mkdtemp(folder.data())) refuse(folder, std::strerror(errno));
  std::vector<std::string> words = {own_program(), "list", "--json"};
  std::set<std::string> services;
  for (const auto& plugin : plugins) words.insert(words.end(), {"--plugins", fs::absolute(plugin).string()});
  for (const auto& plugin : manifest.plugins)
    if (plugin.service != "*" && services.insert(plugin.service).second)
      words.insert(words.end(),
                   {"--set", fmt::format("services.{}.base_url=http://127.0.0.1:9", plugin.service)});
  std::error_code ignored;
  if (services.empty()) {
    fs::remove_all(folder, ignored);
    return "[]\n";
  }
  const UniqueFd output(::memfd_create("e2e-list", MFD_CLOEXEC));
  int code = -1;
  if (output) {
    Process process(words, folder, -1, output.get());
    code = process.wait();
  }
  fs::remove_all(folder, ignored);
  if (code != 0)
    throw Fatal(
        ExitCode::infrastructure,
        "error: the plugins' tests can't be listed\nhint: --no-tests makes the pack without their names");
  const off_t size = ::lseek(output.get(), 0, SEEK_END);
  if (size < 0 || static_cast<size_t>(size) > kMostTestsBytes)
    refuse(kTestsName, "the list of tests is larger than 8 MiB; --no-tests leaves it out");
  std::string text(static_cast<size_t>(size), '\0');
  if (::pread(output.get(), text.data(), text.size(), 0) != size)
    refuse(kTestsName, "the list of tests can't be read");
  auto tests = nlohmann::json::parse(text);
  for (auto& test : tests) test.erase("plugin");
  return tests.dump(1) + "\n";
}

/// Reads a pack's head and list of tests, having checked all of it.
class TestsOf : public PackSink {
 public:
  void begin(const PackHead&) override {}
  void begin_file(const PackFile& file) override {
    is_tests_ = file.path == kTestsName && file.size <= kMostTestsBytes;
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

std::vector<TrustedKey> trusted_keys() {
  try {
    return read_trust(trust_file());
  } catch (const PackError& error) {
    throw Fatal(ExitCode::infrastructure, fmt::format("error: {}", error.what()));
  }
}

}  // namespace

ExitCode pack_build_command(const Options& options) {
  const PackWords& words = options.pack;
  PackPlan plan{words.id, words.version,  words.publisher.empty() ? words.id : words.publisher, options.files,
                {},       words.variables};
  for (const auto& path : words.data)
    for (auto& source : data_files(path)) plan.others.push_back(std::move(source));
  if (!words.license.empty()) plan.others.push_back({"LICENSE", words.license, {}});
  try {
    const HostPlatform platform = HostPlatform::current();
    SigningKey key;
    if (!words.key.empty()) key = about(words.key, [&] { return read_signing_key(words.key); });
    Manifest manifest = plan_manifest(plan, platform);
    if (!words.no_tests) {
      plan.others.push_back({kTestsName, {}, describe_tests(options.files, manifest)});
      manifest = plan_manifest(plan, platform);
    }
    const fs::path file = words.output.empty() ? fs::path(pack_file_name(manifest)) : words.output;
    NewFileInPlace made(file);
    manifest = write_pack(made.fd(), plan, std::move(manifest), words.key.empty() ? nullptr : &key);
    made.keep();
    const PackHead head = about(file, [&] { return read_pack_head(open_file(file).get(), {}); });
    if (options.json) {
      JsonText json;
      add_pack_json(json, {head, file.string(), {}, {}});
      print(json.take() + "\n");
    } else {
      print(fmt::format("{}\n", printable(file.string())));
      if (words.key.empty())
        print(
            "hint: it is not signed; `e2e-host pack sign` does that, with a key of `e2e-host pack keygen`\n");
    }
  } catch (const PackError& error) {
    throw Fatal(ExitCode::infrastructure, fmt::format("error: {}", error.what()));
  }
  return ExitCode::ok;
}

ExitCode pack_keygen_command(const Options& options) {
  const fs::path& file = options.pack.key;
  const SigningKey key = about(file, [&] {
    SigningKey made = SigningKey::generate();
    write_signing_key(file, made);
    return made;
  });
  const std::string id = key_id_of(key.public_key), text = public_key_text(key.public_key);
  if (options.json) {
    JsonText json;
    json.begin_object()
        .member("file", file.string())
        .member("key", id)
        .member("public_key", text)
        .end_object();
    print(json.take() + "\n");
  } else {
    print(
        fmt::format("{}: the secret key, for `pack build --key` and `pack sign`; keep it to yourself\n\n"
                    "Hand on the public key, {}:\n  {}\n",
                    printable(file.string()), id, text));
  }
  return ExitCode::ok;
}

ExitCode pack_sign_command(const Options& options) {
  const fs::path& file = options.files.front();
  const SigningKey key = about(options.pack.key, [&] { return read_signing_key(options.pack.key); });
  const fs::path target = options.pack.output.empty() ? file : options.pack.output;
  const UniqueFd from = open_file(file);
  NewFileInPlace made(target);
  const Manifest manifest = about(file, [&] { return sign_pack(from.get(), made.fd(), key); });
  made.keep();
  if (options.json) {
    JsonText json;
    json.begin_object().member("path", target.string()).member("key", manifest.key_id).end_object();
    print(json.take() + "\n");
  } else {
    print(fmt::format("{}: signed with key {}\n", printable(target.string()), manifest.key_id));
  }
  return ExitCode::ok;
}

bool is_pack_file(const fs::path& file) {
  constexpr std::string_view magic = "\x28\xb5\x2f\xfd";  // RFC 8878, section 3.1.1
  char bytes[magic.size()] = {};
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  return fd && ::read(fd.get(), bytes, sizeof bytes) == static_cast<ssize_t>(sizeof bytes) &&
         std::string_view(bytes, sizeof bytes) == magic;
}

void add_pack_description(const fs::path& file, std::string& text, JsonText& json) {
  const UniqueFd fd = open_file(file);
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
      if (fs::is_regular_file(name, error)) return read_pack(open_file(name).get(), trusted, nullptr);
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

}  // namespace e2e::host

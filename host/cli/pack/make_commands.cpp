// What makes packs, and the keys that sign them.
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <system_error>

#include "base/json_text.hpp"
#include "base/unique_fd.hpp"
#include "base/utf8.hpp"
#include "base/whole_file.hpp"
#include "cli/commands.hpp"
#include "cli/pack/pack_errors.hpp"
#include "cli/pack/pack_text.hpp"
#include "cli/print.hpp"
#include "cli/process.hpp"
#include "discovery/host_platform.hpp"
#include "pack/build_pack.hpp"
#include "pack/read_pack.hpp"
#include "pack/signature.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

WholeFile new_file(const fs::path& file) {
  try {
    return WholeFile(file);
  } catch (const std::system_error& error) {
    refuse_pack(file, "can't be written: " + error.code().message());
  }
}

void keep(WholeFile& made, const fs::path& file) {
  try {
    made.sync();
    made.keep();
  } catch (const std::system_error& error) {
    refuse_pack(file, "can't be written: " + error.code().message());
  }
}

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
      refuse_pack(entry->path(), "is no regular file");
    const fs::path below = path.filename() / entry->path().lexically_relative(path);
    found.push_back({"data/" + below.string(), entry->path(), {}});
  }
  if (error) refuse_pack(path, error.message());
  return found;
}

/// What `list` says of the plugins' tests, as far as it is the same everywhere. Runs the plugins' code, in
/// workers.
std::string describe_tests(const std::vector<fs::path>& plugins, const Manifest& manifest) {
  std::string folder = (fs::temp_directory_path() / "e2e-pack-XXXXXX").string();
  if (!::mkdtemp(folder.data())) refuse_pack(folder, std::strerror(errno));
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
  if (size < 0 || static_cast<size_t>(size) > max_tests_bytes)
    refuse_pack(tests_name, "the list of tests is larger than 8 MiB; --no-tests leaves it out");
  std::string text(static_cast<size_t>(size), '\0');
  if (::pread(output.get(), text.data(), text.size(), 0) != size)
    refuse_pack(tests_name, "the list of tests can't be read");
  auto tests = nlohmann::json::parse(text);
  for (auto& test : tests) test.erase("plugin");
  return tests.dump(1) + "\n";
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
      plan.others.push_back({tests_name, {}, describe_tests(options.files, manifest)});
      manifest = plan_manifest(plan, platform);
    }
    const fs::path file = words.output.empty() ? fs::path(pack_file_name(manifest)) : words.output;
    WholeFile made = new_file(file);
    manifest = write_pack(made.fd(), plan, std::move(manifest), words.key.empty() ? nullptr : &key);
    keep(made, file);
    const PackHead head = about(file, [&] { return read_pack_head(open_pack_file(file).get(), {}); });
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
  const UniqueFd from = open_pack_file(file);
  WholeFile made = new_file(target);
  const Manifest manifest = about(file, [&] { return sign_pack(from.get(), made.fd(), key); });
  keep(made, target);
  if (options.json) {
    JsonText json;
    json.begin_object().member("path", target.string()).member("key", manifest.key_id).end_object();
    print(json.take() + "\n");
  } else {
    print(fmt::format("{}: signed with key {}\n", printable(target.string()), manifest.key_id));
  }
  return ExitCode::ok;
}

}  // namespace e2e::host

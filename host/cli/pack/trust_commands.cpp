// What says whose packs may be installed.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

#include "base/json_text.hpp"
#include "base/utf8.hpp"
#include "cli/commands.hpp"
#include "cli/pack/pack_errors.hpp"
#include "cli/print.hpp"
#include "pack/signature.hpp"
#include "pack/trust.hpp"
#include "pack/unpack.hpp"

namespace e2e::host {
namespace {

namespace fs = std::filesystem;

std::string key_text(const std::string& given) {
  std::error_code error;
  if (!fs::is_regular_file(given, error)) return given;
  return read_small_file(fs::absolute(given), 4096, true);
}

}  // namespace

ExitCode trust_add_command(const Options& options) {
  const fs::path file = about({}, trust_file);
  auto keys = about({}, [&] { return read_trust(file); });
  const std::string key =
      about(options.pack.public_key, [&] { return read_public_key(key_text(options.pack.public_key)); });
  const std::string id = key_id_of(key);
  if (const TrustedKey* known = find_key(keys, id); known && known->publisher != options.pack.publisher)
    throw Fatal(
        ExitCode::usage,
        fmt::format("error: key {} is trusted as {}'s already\nhint: `e2e-host trust remove {} {}` first", id,
                    known->publisher, known->publisher, id));
  const TrustedKey added{options.pack.publisher, key};
  if (std::find(keys.begin(), keys.end(), added) == keys.end()) keys.push_back(added);
  about({}, [&] { write_trust(file, keys); });
  if (options.json) {
    JsonText json;
    json.begin_object().member("publisher", added.publisher).member("key", id).end_object();
    print(json.take() + "\n");
  } else {
    print(fmt::format("packs by {} that are signed with key {} may be installed\n", added.publisher, id));
  }
  return ExitCode::ok;
}

ExitCode trust_list_command(const Options& options) {
  const auto keys = about({}, [] { return read_trust(trust_file()); });
  JsonText json;
  json.begin_array();
  std::string text;
  for (const auto& key : keys) {
    const std::string id = key_id_of(key.public_key), shown = public_key_text(key.public_key);
    text += fmt::format("{}   {}   {}\n", key.publisher, id, shown);
    json.begin_object()
        .member("publisher", key.publisher)
        .member("key", id)
        .member("public_key", shown)
        .end_object();
  }
  print(options.json ? json.end_array().take() + "\n" : text);
  if (keys.empty() && !options.json) fmt::print(stderr, "no keys are trusted\n");
  return ExitCode::ok;
}

ExitCode trust_remove_command(const Options& options) {
  const fs::path file = about({}, trust_file);
  auto keys = about({}, [&] { return read_trust(file); });
  JsonText json;
  json.begin_array();
  std::string text;
  std::erase_if(keys, [&](const TrustedKey& key) {
    const std::string id = key_id_of(key.public_key);
    if (key.publisher != options.pack.publisher ||
        (!options.pack.key_id.empty() && id != options.pack.key_id))
      return false;
    json.begin_object().member("publisher", key.publisher).member("key", id).end_object();
    text += fmt::format("key {} is trusted no more\n", id);
    return true;
  });
  if (text.empty())
    throw Fatal(ExitCode::usage,
                fmt::format("error: no {} of {} is trusted\nhint: `e2e-host trust list` shows which are",
                            options.pack.key_id.empty() ? "key" : "such key", options.pack.publisher));
  about({}, [&] { write_trust(file, keys); });
  print(options.json ? json.end_array().take() + "\n" : text);
  return ExitCode::ok;
}

}  // namespace e2e::host

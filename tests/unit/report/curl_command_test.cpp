#include "report/curl_command.hpp"

#include <cstdlib>
#include <e2e_catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

using namespace e2e::host;

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What a program named curl was called with.
struct Call {
  std::vector<std::string> arguments;
  std::string input;
};

/// Runs command lines in the real shell, with a curl that only says what it got.
class Shell {
 public:
  Shell() {
    std::string name = (std::filesystem::temp_directory_path() / "e2e-curl-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    std::ofstream(folder_ / "curl")
        << "#!/bin/sh\nprintf '%s\\0' \"$@\" > \"$CALL/arguments\"\ncat > \"$CALL/input\"\n";
    std::filesystem::permissions(folder_ / "curl", std::filesystem::perms::owner_all);
  }
  ~Shell() { std::filesystem::remove_all(folder_); }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  Call run(const std::string& line) const {
    std::ofstream(folder_ / "line", std::ios::binary) << "  " << line << "\n";
    const std::string folder = folder_.string();
    const std::string command =
        "CALL=" + folder + " PATH=" + folder + ":$PATH sh " + folder + "/line </dev/null";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("the shell refused: " + line);
    Call call;
    call.input = contents(folder_ / "input");
    std::string all = contents(folder_ / "arguments");
    for (size_t end = 0; (end = all.find('\0')) != std::string::npos; all.erase(0, end + 1))
      call.arguments.push_back(all.substr(0, end));
    return call;
  }

 private:
  std::filesystem::path folder_;
};

using Words = std::vector<std::string>;

ExchangeRecord request(std::string method, std::string url, std::string body = {}) {
  ExchangeRecord exchange;
  exchange.method = std::move(method);
  exchange.url = std::move(url);
  exchange.request_body_size = body.size();
  exchange.request_body = std::move(body);
  return exchange;
}

}  // namespace

TEST_CASE("APlainGetIsJustItsUrl") {
  CHECK(curl_command(request("GET", "http://h:1/a")) == "curl http://h:1/a");
}

TEST_CASE("APostRepeatsHeadersAndBody") {
  ExchangeRecord exchange = request("POST", "http://h/orders?a=1&b=2", R"({"name":"O'Neil"})");
  exchange.request_headers = {
      {"Authorization", "***"}, {"content-type", "application/json"}, {"Content-Length", "17"}};
  CHECK(
      curl_command(exchange) ==
      R"(curl -X POST 'http://h/orders?a=1&b=2' -H 'Authorization: ***' -H 'content-type: application/json')"
      R"( --data-raw '{"name":"O'\''Neil"}')");
}

TEST_CASE("TheShellHandsCurlExactlyTheRequest") {
  const Shell shell;
  ExchangeRecord exchange =
      request("PUT", "http://h/x?q=$(touch hacked)`id`'\"&;|<>#~*", "@file 'a' \"$HOME\" \\ !! é%s");
  exchange.request_headers = {{"x-odd", "it's \\ \"$PATH\""}, {"x-none", ""}};
  const Call call = shell.run(curl_command(exchange));
  CHECK(call.arguments == Words{"-X", "PUT", "http://h/x?q=$(touch hacked)`id`'\"&;|<>#~*", "-H",
                                "x-odd: it's \\ \"$PATH\"", "-H", "x-none;", "-H",
                                "content-type:", "--data-raw", "@file 'a' \"$HOME\" \\ !! é%s"});
  CHECK(call.input.empty());
}

TEST_CASE("ABodyOfAnyBytesArrivesByteForByte") {
  const Shell shell;
  std::string body = "-%\\'!\n\ttext é \xE2\x80\xAE 12\n\n";
  for (int byte = 0; byte < 256; ++byte) body += static_cast<char>(byte);
  body += "7\n\n";
  const std::string line = curl_command(request("POST", "http://h/", body));
  for (const char c : line) REQUIRE(static_cast<unsigned char>(c) >= 0x20);
  CHECK(line.find("\xE2\x80\xAE") == std::string::npos);
  const Call call = shell.run(line);
  CHECK(call.input == body);
  CHECK(call.arguments == Words{"-X", "POST", "http://h/", "-H", "content-type:", "--data-binary", "@-"});
}

TEST_CASE("ControlCharactersInUrlAndHeadersAreWrittenAsText") {
  const Shell shell;
  ExchangeRecord exchange = request("GET", "http://h/\x1b;x\x07");
  exchange.request_headers = {{"x-a", "b\r\nInjected: 1!"}};
  const std::string line = curl_command(exchange);
  CHECK(line ==
        "curl \"$(printf 'http://h/\\033;x\\007')\" -H \"$(printf 'x-a: b\\015\\012Injected: 1\\041')\"");
  CHECK(shell.run(line).arguments == Words{"http://h/\x1b;x\x07", "-H", "x-a: b\r\nInjected: 1!"});
}

TEST_CASE("AMethodOrUrlThatCurlWouldReadDifferentlyIsSpelledOut") {
  CHECK(curl_command(request("HEAD", "http://h/")) == "curl --head http://h/");
  CHECK(curl_command(request("DELETE", "http://h/")) == "curl -X DELETE http://h/");
  CHECK(curl_command(request("GET", "http://h/?a[]={1}")) == "curl --globoff 'http://h/?a[]={1}'");
  CHECK(curl_command(request("GET", "http://h/", "q")) ==
        "curl -X GET http://h/ -H content-type: --data-raw q");
}

TEST_CASE("ACompressedAnswerIsUnpacked") {
  ExchangeRecord exchange = request("GET", "http://h/");
  exchange.request_headers = {{"Accept-Encoding", "gzip"}};
  CHECK(curl_command(exchange) == "curl http://h/ --compressed");
}

TEST_CASE("ABodyThatWasCutIsAskedFor") {
  ExchangeRecord exchange = request("POST", "http://h/", "start");
  exchange.request_headers = {{"content-type", "text/plain"}};
  exchange.request_body_size = 16385;
  CHECK(is_request_body_cut(exchange));
  CHECK(curl_command(exchange) ==
        "curl -X POST http://h/ -H 'content-type: text/plain' --data-binary @request-body");
}

TEST_CASE("ABodyMadeShorterByRedactionIsNotCut") {
  ExchangeRecord exchange = request("POST", "http://h/", "***");
  exchange.request_body_size = 16384;
  CHECK_FALSE(is_request_body_cut(exchange));
  CHECK(curl_command(exchange) == "curl -X POST http://h/ -H content-type: --data-raw '***'");
}

TEST_CASE("AnEmptyWordIsQuoted") { CHECK(shell_word("") == "''"); }

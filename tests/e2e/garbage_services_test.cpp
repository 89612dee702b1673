// Whatever a service answers, its test ends with one clear sentence, and its worker with bounded memory.
#include <cstdlib>
#include <e2e_catch.hpp>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <memory>

#include "host_run.hpp"
#include "page/raw_server.hpp"

using namespace e2e_test;

namespace {

using Handler = RawServer::Handler;

const std::string ok = "HTTP/1.1 200 OK\r\n";

/// Sends `piece` for as long as anyone takes it.
void send_without_end(RawConnection& connection, const std::string& piece) {
  while (connection.send(piece)) {
  }
}

/// Sends byte by byte, with so long between two.
void drip(RawConnection& connection, const std::string& bytes, int pause_ms) {
  for (const char byte : bytes)
    if (!connection.send({&byte, 1}) || connection.is_closed_within(pause_ms)) return;
}

Handler says(const std::string& bytes) {
  return [bytes](RawConnection& connection) { connection.send(bytes); };
}

Handler says_for_ever(const std::string& begin, const std::string& piece) {
  return [=](RawConnection& connection) {
    if (connection.send(begin)) send_without_end(connection, piece);
  };
}

/// What a shell command writes to its standard output.
std::string output_of(const Project& project, const std::string& command) {
  const std::string file = (project.folder() / "output").string();
  REQUIRE(std::system(("(" + command + ") >" + file).c_str()) == 0);
  return project.read("output");
}

std::string packed_answer(const std::string& packed, const std::string& encoding) {
  return ok_answer(packed, "Content-Encoding: " + encoding + "\r\n");
}

/// What is answered to each path, and the sentence that is to come of it.
struct Garbage {
  Handler answer;
  std::string error;
};

std::map<std::string, Garbage> plain_garbage() {
  const std::string megabyte(1 << 20, 'x');
  const std::string too_many_headers = "the answer has more than 1000 headers, or more than 256 KiB of them";
  const std::string no_end_of_headers =
      "no complete answer within 3000 ms (receiving the answer, 0 bytes of its body came)";
  const std::string not_http = "the answer is not HTTP: ";
  return {
      {"endless_headers", {says_for_ever(ok, "X-A: 1\r\n"), too_many_headers}},
      {"endless_header",
       {says_for_ever(ok + "X-A: ", megabyte), "a header of the answer is larger than 100 KiB"}},
      {"endless_status_line",
       {says_for_ever("HTTP/1.1 200 ", megabyte), "a header of the answer is larger than 100 KiB"}},
      {"endless_interim",
       {says_for_ever("", "HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\n"),
        "the answer, with the interim ones before it, has more than 300 KiB of headers"}},
      {"endless_body", {says_for_ever(ok + "\r\n", megabyte), "answer larger than 64 MiB"}},
      {"endless_chunks",
       {says_for_ever(ok + "Transfer-Encoding: chunked\r\n\r\n", "100000\r\n" + megabyte + "\r\n"),
        "answer larger than 64 MiB"}},
      {"endless_chunk_size",
       {says_for_ever(ok + "Transfer-Encoding: chunked\r\n\r\n5;", megabyte), no_end_of_headers}},
      {"endless_trailers",
       {says_for_ever(ok + "Transfer-Encoding: chunked\r\n\r\n0\r\n", "X-A: 1\r\n"), too_many_headers}},
      {"gigabyte",
       {says_for_ever(ok + "Content-Length: 1073741824\r\n\r\n", megabyte), "answer larger than 64 MiB"}},
      {"gigabyte_unannounced",
       {[megabyte](RawConnection& connection) {
          if (!connection.send(ok + "\r\n")) return;
          for (int i = 0; i < 1024 && connection.send(megabyte); ++i) {
          }
        },
        "answer larger than 64 MiB"}},
      {"length_too_large",
       {says(ok + "Content-Length: 10\r\n\r\nhalf!"),
        "the connection closed before the answer was complete (5 of 10 bytes of its body came)"}},
      {"length_negative", {says(ok + "Content-Length: -5\r\n\r\nhello"), not_http}},
      {"length_nonsense", {says(ok + "Content-Length: many\r\n\r\nhello"), not_http}},
      {"length_overflows",
       {says(ok + "Content-Length: 99999999999999999999999\r\n\r\nhello"), "answer larger than 64 MiB"}},
      {"slow_headers",
       {[](RawConnection& connection) { drip(connection, ok + std::string(100'000, 'x'), 20); },
        no_end_of_headers}},
      {"slow_body",
       {[](RawConnection& connection) { drip(connection, ok + "\r\n" + std::string(100'000, 'x'), 20); },
        "no complete answer within 3000 ms (receiving the answer, "}},
      {"never_answers",
       {[](RawConnection& connection) { connection.await_close(); },
        "no answer within 3000 ms (connected, request sent, waiting for the first byte)"}},
      {"closes_at_once", {says(""), "the connection closed before any answer came"}},
      {"closes_in_the_headers",
       {says(ok + "Content-Le"), "the connection closed before the answer's headers were complete"}},
      {"resets_at_once",
       {[](RawConnection& connection) { connection.reset(); },
        "receiving the answer failed: Connection reset by peer (connected, request sent, waiting for the "
        "first "
        "byte)"}},
      {"resets_in_the_body",
       {[](RawConnection& connection) {
          connection.send(ok + "Content-Length: 10\r\n\r\nhalf!");
          connection.is_closed_within(100);
          connection.reset();
        },
        "receiving the answer failed: Connection reset by peer (receiving the answer, 5 of 10 bytes of its "
        "body "
        "came)"}},
      {"not_http", {says("SSH-2.0-OpenSSH_9.2\r\n"), not_http}},
      {"version_nobody_has", {says("HTTP/7.3 200 OK\r\n\r\n"), not_http}},
      {"binary", {says(std::string("\0\x01\xff\x1b[2J\0", 8) + std::string(4096, '\xfe')), not_http}},
      {"null_in_a_header", {says(ok + std::string("X-A: a\0b\r\n\r\n", 12)), not_http}},
  };
}

std::map<std::string, Garbage> packed_garbage(const Project& project) {
  const std::string zeroes = "head -c 268435456 /dev/zero | gzip -1";
  const std::string bomb = output_of(project, zeroes);
  const std::string twice = output_of(project, zeroes + " | gzip -9");
  REQUIRE(twice.size() < 20'000);
  const std::string broken = "the answer can't be unpacked: ";
  return {{"gzip_bomb", {says(packed_answer(bomb, "gzip")), "answer larger than 64 MiB"}},
          {"gzip_twice_bomb", {says(packed_answer(twice, "gzip, gzip")), "answer larger than 64 MiB"}},
          {"gzip_garbage", {says(packed_answer("no gzip at all", "gzip")), broken}}};
}

Handler redirects_to(const std::string& location) {
  return says("HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
}

std::map<std::string, Garbage> redirecting_garbage() {
  return {
      {"a_hundred_redirects", {{}, "more than 20 redirects; the last led to http://127.0.0.1:"}},
      {"redirect_to_itself",
       {redirects_to("/redirect_to_itself"), "more than 20 redirects; the last led to http://127.0.0.1:"}},
      {"redirect_to_a_file",
       {redirects_to("file:///etc/passwd"),
        "the answer leads to 'file:///etc/passwd', which is neither http nor https"}}};
}

std::map<std::string, Garbage> tls_garbage() {
  const std::string failed = "TLS with 127.0.0.1:";
  const auto after_hello = [](const std::string& bytes) {
    return [bytes](RawConnection& connection) {
      connection.read_some();
      connection.send(bytes);
    };
  };
  return {{"tls_garbage", {after_hello(std::string(5000, '\x7f')), failed}},
          {"tls_closes", {after_hello(""), failed}},
          {"tls_alert", {after_hello(std::string("\x15\x03\x03\x00\x02\x02\x28", 7)), failed}},
          {"tls_never_answers",
           {[](RawConnection& connection) { connection.await_close(); },
            "no answer within 3000 ms (connected, in the TLS handshake)"}}};
}

/// A service that answers each path by its kind of garbage, and /port_of/KIND with the port on which that is
/// answered to whatever is asked.
class GarbageService {
 public:
  explicit GarbageService(const Project& project) {
    for (auto kinds : {plain_garbage(), packed_garbage(project), redirecting_garbage()}) kinds_.merge(kinds);
    for (const auto& [name, garbage] : tls_garbage()) {
      servers_[name] = std::make_unique<RawServer>(garbage.answer);
      kinds_[name] = garbage;
    }
    server_ = std::make_unique<RawServer>([this](RawConnection& connection) { answer(connection); });
  }

  [[nodiscard]] std::string url() const { return server_->url(); }
  [[nodiscard]] const std::map<std::string, Garbage>& kinds() const { return kinds_; }

 private:
  void answer(RawConnection& connection) const {
    while (const auto request = connection.read_request()) {
      const std::string line = request->line();
      const std::string path = line.substr(5, line.rfind(' ') - 5);
      const std::string name = path.substr(path.find('/') + 1);
      if (path.rfind("port_of/", 0) == 0) {
        connection.send(ok_answer(std::to_string(servers_.at(name)->port())));
      } else if (path == "good") {
        connection.send(ok_answer("good"));
      } else if (path == "length_too_small") {
        connection.send(ok_answer("ok") + ", and HTTP/1.1 500 No\r\n\r\n");
      } else if (path.rfind("a_hundred_redirects", 0) == 0) {
        connection.send(redirect_behind(path));
      } else {
        return kinds_.at(path).answer(connection);
      }
    }
  }

  static std::string redirect_behind(const std::string& path) {
    const size_t number =
        path.find('/') == std::string::npos ? 0 : std::stoul(path.substr(path.find('/') + 1));
    if (number == 100) return ok_answer("arrived");
    return "HTTP/1.1 302 Found\r\nLocation: /a_hundred_redirects/" + std::to_string(number + 1) +
           "\r\nContent-Length: 0\r\n\r\n";
  }

  std::map<std::string, Garbage> kinds_;
  std::map<std::string, std::unique_ptr<RawServer>> servers_;
  std::unique_ptr<RawServer> server_;
};

int64_t memory_of_worker_kib(const HostRun& run, const nlohmann::json& worker) {
  for (const auto& exited : run.all("worker_exited"))
    if (exited["worker"] == worker) return exited.value("max_rss_kib", int64_t{0});
  return -1;
}

}  // namespace

TEST_CASE("GarbageIsOneClearSentenceAndBoundedMemory") {
  const Project project("");
  const GarbageService service(project);
  project.write("e2e.conf", "services:\n  garbage: {base_url: \"" + service.url() + "\"}\n");
  const HostRun run = run_host(
      project, {"run", "--plugins", test_plugin("garbage.so"), "--parallel-mode", "test", "-j", "2"});
  CHECK(run.exit_code == 1);
  std::map<std::string, nlohmann::json> attempts;
  for (const auto& attempt : run.all("attempt_finished")) {
    const std::string test = attempt["test"];
    attempts[test.substr(test.find_last_of(".:") + 1)] = attempt;
  }
  CHECK(attempts.size() == service.kinds().size() + 1);
  CHECK(attempts["is_not_confused_by_what_was_not_announced"]["status"] == "passed");
  for (const auto& [name, garbage] : service.kinds()) {
    const auto& attempt = attempts[name];
    INFO(name << "\n" << attempt.dump().substr(0, 2000));
    REQUIRE(attempt.is_object());
    CHECK(attempt["status"] == "error");
    CHECK(attempt["failures"].size() == 1);
    if (attempt["failures"].empty()) continue;
    const std::string sentence = attempt["failures"][0]["message"];
    CHECK(sentence.rfind("GET http", 0) == 0);
    // Behind the URL, which has one colon and a space less.
    CHECK(sentence.substr(sentence.find(": ") + 2, garbage.error.size()) == garbage.error);
    CHECK(sentence.find('\n') == std::string::npos);
    CHECK(sentence.size() < 400);
    CHECK(attempt.dump().size() < 100'000);
    // A body of 64 MiB, and as much again where it grows to that.
    const int64_t memory_kib = memory_of_worker_kib(run, attempt["worker"]);
    CHECK(memory_kib > 0);
    CHECK(memory_kib < (garbage.error == "answer larger than 64 MiB" ? 176 : 48) * 1024);
  }
}

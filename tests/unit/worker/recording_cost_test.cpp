// What recording costs a test, measured: tools/bench/recording.sh runs it, against a server that it starts.
#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.hpp"
#include "base/frame.hpp"
#include "e2e_catch.hpp"
#include "page/curl_library.hpp"
#include "page/http_session.hpp"
#include "page/page.hpp"
#include "page/response.hpp"
#include "worker/exchange_codec.hpp"
#include "worker/worker_state.hpp"

using namespace e2e::host;

namespace {

constexpr int requests_of_a_test = 100;

/// The host's end of a worker's channel: takes what comes, as the host does in a process of its own.
class Listening {
 public:
  explicit Listening(UniqueFd channel) : channel_(std::move(channel)), thread_([this] { listen(); }) {}
  ~Listening() {
    ::shutdown(channel_.get(), SHUT_RDWR);
    thread_.join();
  }
  Listening(const Listening&) = delete;
  Listening& operator=(const Listening&) = delete;
  [[nodiscard]] size_t exchanges() const { return exchanges_; }

 private:
  void listen() {
    FrameBuffer frames;
    char bytes[64 * 1024];
    for (ssize_t n = 0; (n = ::recv(channel_.get(), bytes, sizeof bytes, 0)) > 0;) {
      frames.append({bytes, static_cast<size_t>(n)});
      while (const auto frame = frames.next()) {
        if (static_cast<WorkerReport>(frame->type) != WorkerReport::exchange) continue;
        ByteReader in(frame->payload);
        uint64_t connection = 0;
        if (decode_exchange(in, connection).status == 200) ++exchanges_;
      }
    }
  }

  UniqueFd channel_;
  std::atomic<size_t> exchanges_ = 0;
  std::thread thread_;
};

size_t append(char* bytes, size_t, size_t size, void* body) {
  static_cast<std::string*>(body)->append(bytes, size);
  return size;
}

/// A test's requests over libcurl alone, with its handle kept.
void ask_bare(CURL* easy, const std::string& url) {
  for (int i = 0; i < requests_of_a_test; ++i) {
    std::string body;
    curl().easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl().easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl().easy_setopt(easy, CURLOPT_WRITEFUNCTION, &append);
    curl().easy_setopt(easy, CURLOPT_WRITEDATA, &body);
    REQUIRE(curl().easy_perform(easy) == CURLE_OK);
  }
}

/// The same as pages send them, but for what a page adds: its headers and the record.
void ask_unrecorded(HttpSession& session, const PageEnvironment& environment, const std::string& url) {
  const HeaderField headers[] = {{"user-agent", "e2e-host/0.1.0"}, {"accept", "*/*"}};
  for (int i = 0; i < requests_of_a_test; ++i)
    REQUIRE(session.perform({"GET", url, headers, {}, 10'000, 1u << 20}, environment).status == 200);
}

void ask_page(Page& page) {
  for (int i = 0; i < requests_of_a_test; ++i) {
    Response* const response = page.request({"GET", "/answer", {}, {}, {}, 0});
    REQUIRE(response->status() == 200);
    Page::release(*response);
  }
}

int64_t time_of(const std::function<void()>& work) {
  const int64_t start_ns = monotonic_ns();
  work();
  return monotonic_ns() - start_ns;
}

}  // namespace

// For each round: nanoseconds of bare libcurl, unrecorded, recorded.
TEST_CASE("WhatRecordingCosts", "[.measure]") {
  const char* const given = std::getenv("E2E_BENCH_URL");
  REQUIRE(given != nullptr);
  const std::string base(given), url = base + "/answer";
  SlotMemory memory("bench-recording");
  memory.block(0).reset();
  FdPair ends = make_socket_pair();
  const Listening host(std::move(ends.first));
  RunIdentity run;
  run.run_id = "bench";
  WorkerState worker(run, memory.block(0), memory.limiters(), 0, 0, std::move(ends.second));
  worker.attempt_start_ns = monotonic_ns();
  worker.test_id = "bench-t0-1";
  worker.block.enter(E2E_PHASE_BODY);
  PageSettings settings;
  settings.service = "bench";
  settings.base_url = base;
  settings.timeout_ms = 10'000;
  Page page(settings, worker.http, worker);
  HttpSession session;
  CURL* const easy = curl().easy_init();

  constexpr int rounds = 51;
  for (int round = 0; round <= rounds; ++round) {
    const int64_t bare_ns = time_of([&] { ask_bare(easy, url); });
    const int64_t unrecorded_ns = time_of([&] { ask_unrecorded(session, worker, url); });
    const int64_t recorded_ns = time_of([&] {
      ask_page(page);
      worker.send(WorkerReport::note, ByteWriter().put("the test is over"), true);
    });
    // The first one makes the connections.
    if (round > 0)
      std::printf("round %lld %lld %lld\n", static_cast<long long>(bare_ns),
                  static_cast<long long>(unrecorded_ns), static_cast<long long>(recorded_ns));
  }
  curl().easy_cleanup(easy);
  while (host.exchanges() < size_t{rounds + 1} * requests_of_a_test) std::this_thread::yield();
}

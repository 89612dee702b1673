#include "page_server.hpp"

#include <httplib.h>

#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace e2e_test {

struct PageServer::State {
  httplib::Server server;
  std::thread thread;
  int port = 0;
  std::mutex mutex;
  std::vector<Received> received;
  std::map<std::string, int> jobs;

  void note(const httplib::Request& request) {
    Received one{request.method, request.target, request.body, {}};
    for (const auto& [name, value] : request.headers) one.headers.emplace_back(name, value);
    const std::lock_guard lock(mutex);
    received.push_back(std::move(one));
  }
};

namespace {

using httplib::Request;
using httplib::Response;

void echo(const Request& request, Response& response) {
  response.set_content(request.body, request.get_header_value("Content-Type").c_str());
}

void set_cookie(const Request& request, Response& response) {
  const std::string name = request.get_param_value("name");
  response.set_header("Set-Cookie", name + "=" + request.get_param_value("value") + "; Path=/");
  response.set_content("{\"set\":[\"" + name + "\"]}", "application/json");
}

}  // namespace

std::string Received::header(const std::string& name) const {
  for (const auto& [own, value] : headers)
    if (own == name) return value;
  return "";
}

PageServer::PageServer() : state_(std::make_unique<State>()) {
  State& state = *state_;
  httplib::Server& server = state.server;
  server.set_logger([&state](const Request& request, const Response&) { state.note(request); });

  server.Post("/echo", echo);
  server.Put("/echo", echo);
  server.Patch("/echo", echo);
  server.Get("/cookies/set", set_cookie);
  server.Get("/cookies", [](const Request& request, Response& response) {
    response.set_content(request.get_header_value("Cookie"), "text/plain");
  });
  server.Get("/flaky", [&state](const Request& request, Response& response) {
    const std::lock_guard lock(state.mutex);
    const int asked = ++state.jobs["flaky " + request.get_param_value("name")];
    const bool is_well = asked > std::stoi(request.get_param_value("fails"));
    response.status = is_well ? 200 : std::stoi(request.get_param_value("status"));
    response.set_content(is_well ? "well" : "not yet", "text/plain");
  });
  server.Get("/job", [&state](const Request& request, Response& response) {
    const std::lock_guard lock(state.mutex);
    const int asked = ++state.jobs[request.get_param_value("name")];
    const bool is_done = request.has_param("after") && asked >= std::stoi(request.get_param_value("after"));
    response.set_content("{\"state\":\"" + std::string(is_done ? "done" : "running") +
                             "\",\"asked\":" + std::to_string(asked) + "}",
                         "application/json");
  });
  state.port = server.bind_to_any_port("127.0.0.1");
  if (state.port <= 0) throw std::runtime_error("the page server cannot listen");
  state.thread = std::thread([&state] { state.server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
}

PageServer::~PageServer() {
  state_->server.stop();
  state_->thread.join();
}

std::string PageServer::url() const { return "http://127.0.0.1:" + std::to_string(state_->port); }

std::vector<Received> PageServer::received() const {
  const std::lock_guard lock(state_->mutex);
  return state_->received;
}

}  // namespace e2e_test

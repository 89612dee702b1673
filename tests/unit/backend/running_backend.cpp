#include "running_backend.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace demo::test {
namespace {

Answer answer_of(const httplib::Result& result) {
  if (!result) throw std::runtime_error("no answer: " + httplib::to_string(result.error()));
  Answer answer{result->status, result->headers, nullptr};
  if (!result->body.empty()) answer.body = nlohmann::json::parse(result->body);
  return answer;
}

constexpr const char* json_type = "application/json";

}  // namespace

std::string Answer::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

ServiceClient::ServiceClient(int port) : client_("127.0.0.1", port) {
  client_.set_keep_alive(true);
  client_.set_tcp_nodelay(true);
}

Answer ServiceClient::get(const std::string& target, const httplib::Headers& headers) {
  return answer_of(client_.Get(target, headers));
}

Answer ServiceClient::post(const std::string& target, const nlohmann::json& body,
                           const httplib::Headers& headers) {
  return post_text(target, body.dump(), headers);
}

Answer ServiceClient::post_text(const std::string& target, const std::string& body,
                                const httplib::Headers& headers) {
  return answer_of(client_.Post(target, headers, body, json_type));
}

Answer ServiceClient::put(const std::string& target, const nlohmann::json& body) {
  return answer_of(client_.Put(target, body.dump(), json_type));
}

Answer ServiceClient::patch(const std::string& target, const nlohmann::json& body) {
  return answer_of(client_.Patch(target, body.dump(), json_type));
}

Answer ServiceClient::del(const std::string& target, const httplib::Headers& headers) {
  return answer_of(client_.Delete(target, headers));
}

Answer ServiceClient::options(const std::string& target) { return answer_of(client_.Options(target)); }

Answer ServiceClient::head(const std::string& target) { return answer_of(client_.Head(target)); }

RunningBackend::RunningBackend()
    : now_unix_ms_(std::make_shared<std::atomic<std::int64_t>>(1'714'566'600'250)) {
  Options options;
  for (const Service service : all_services) options.services.push_back({service, 0});
  backend_ = std::make_unique<Backend>(options, [now = now_unix_ms_] { return now->load(); });
}

}  // namespace demo::test

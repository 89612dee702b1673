#include "worker/exchange_codec.hpp"

#include "worker/phase_name.hpp"

namespace e2e::host {

void encode_exchange(ByteWriter& out, const Exchange& exchange, uint32_t phase, int64_t start_ns) {
  out.put(phase);
  out.put(exchange.method).put(exchange.url).put(static_cast<int32_t>(exchange.status)).put(exchange.error);
  out.put(exchange.request_headers).put(exchange.response_headers);
  out.put(exchange.request_body).put(exchange.request_body_bytes);
  out.put(exchange.response_body).put(exchange.response_body_bytes);
  const Timings& took = exchange.timings;
  out.put(start_ns).put(took.blocked_ns).put(took.dns_ns).put(took.connect_ns).put(took.tls_ns);
  out.put(took.send_ns).put(took.wait_ns).put(took.receive_ns).put(took.total_ns);
  out.put(exchange.connection);
  out.put(exchange.retry).put(exchange.redirect).put(exchange.http_version).put(exchange.body_sha256);
  out.put(static_cast<uint32_t>(exchange.curl_words.size()));
  for (const std::string& word : exchange.curl_words) out.put(word);
}

ExchangeRecord decode_exchange(ByteReader& in, uint64_t& connection) {
  ExchangeRecord record;
  record.phase = phase_name(in.get<uint32_t>());
  record.method = in.get<std::string>();
  record.url = in.get<std::string>();
  record.status = in.get<int32_t>();
  record.error = in.get<std::string>();
  record.request_headers = in.pairs();
  record.response_headers = in.pairs();
  record.request_body = in.get<std::string>();
  record.request_body_size = in.get<uint64_t>();
  record.response_body = in.get<std::string>();
  record.response_body_size = in.get<uint64_t>();
  for (int64_t* time :
       {&record.start_ns, &record.blocked_ns, &record.dns_ns, &record.connect_ns, &record.tls_ns,
        &record.send_ns, &record.wait_ns, &record.receive_ns, &record.total_ns})
    *time = in.get<int64_t>();
  connection = in.get<uint64_t>();
  record.retry = in.get<uint32_t>();
  record.redirect = in.get<uint32_t>();
  record.http_version = in.get<std::string>();
  record.body_sha256 = in.get<std::string>();
  record.curl_words.resize(in.count(sizeof(uint32_t)));
  for (std::string& word : record.curl_words) word = in.get<std::string>();
  return record;
}

void encode_message(ByteWriter& out, const SocketMessage& message, std::string_view body, int64_t at_ns) {
  out.put(message.connection).put(message.is_sent).put(message.kind);
  out.put(static_cast<uint64_t>(message.bytes.size())).put(at_ns).put(body);
}

MessageRecord decode_message(ByteReader& in, uint64_t& connection) {
  MessageRecord record;
  connection = in.get<uint64_t>();
  record.is_sent = in.get<bool>();
  switch (in.get<MessageKind>()) {
    case MessageKind::text:
      record.kind = "text";
      break;
    case MessageKind::binary:
      record.kind = "binary";
      break;
    case MessageKind::close:
      record.kind = "close";
      break;
    default:
      throw BadBytes("a message of a WebSocket of an unknown kind");
  }
  record.size = in.get<uint64_t>();
  record.at_ns = in.get<int64_t>();
  record.body = in.get<std::string>();
  return record;
}

}  // namespace e2e::host

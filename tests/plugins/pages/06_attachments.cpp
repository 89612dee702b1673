// Files that tests attach: a picture, a secret, hostile names, and more than is kept.
#include <e2e/e2e.hpp>

#include <string>

E2E_TEST(attaches, e2e::Page& page) {
  // The smallest picture there is: one point.
  static const unsigned char png[] = {
      0x89, 'P',  'N',  'G',  0x0d, 0x0a, 0x1a, 0x0a, 0,    0,    0,    0x0d, 'I',  'H',  'D',  'R', 0, 0,
      0,    1,    0,    0,    0,    1,    8,    6,    0,    0,    0,    0x1f, 0x15, 0xc4, 0x89, 0,   0, 0,
      0x0d, 'I',  'D',  'A',  'T',  0x78, 0x9c, 0x63, 0xf8, 0xcf, 0xc0, 0xf0, 0x1f, 0,    5,    0,   1, 0xff,
      0x89, 0x99, 0x3d, 0x1d, 0,    0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82};
  e2e::attach("point.png", "image/png", {reinterpret_cast<const char*>(png), sizeof png});
  const std::string token = e2e::secret("attached/secret");
  e2e::attach("../../log.txt", "text/plain; charset=utf-8", "token=" + token + " end\n");
  e2e::attach("<img src=x onerror=alert(1)>]]\x1b[31m", "text/html\"><script>",
              "<script>document.title='owned'</script>");
  e2e::attach("huge.bin", "application/octet-stream", std::string((16u << 20) + 1, 'x'));
  page.assert_status(page.get("/job"), 404);
}

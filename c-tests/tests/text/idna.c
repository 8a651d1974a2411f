/* Host names in ASCII, as uv_getaddrinfo hands them to the system: this file
 * stands between the two. */
#include "../dns/resolver.h"
#include "test.h"

static char* handed_over; /* what the system would have been asked for */

static int keep_name(const char* node, const char* service,
                     const struct addrinfo* hints, struct addrinfo** result) {
  (void) service, (void) hints, (void) result;
  handed_over = strdup(node);
  return EAI_NONAME;
}

static void on_address(uv_getaddrinfo_t* req, int status,
                       struct addrinfo* result) {
  (void) req;
  CHECK_EQ(status, UV_EAI_NONAME);
  CHECK_NULL(result);
}

/* The status of the call; with 0 the name is in handed_over. */
static int look_up(const char* name) {
  uv_getaddrinfo_t req;
  /* Its own block, so that checkers notice a read past the end. */
  char* copy = strdup(name);
  int status;
  free(handed_over);
  handed_over = NULL;
  resolver = keep_name;
  status = uv_getaddrinfo(uv_default_loop(), &req, on_address, copy, NULL,
                          NULL);
  free(copy);
  CHECK_OK(uv_run(uv_default_loop(), UV_RUN_DEFAULT));
  resolver = NULL;
  return status;
}

static void expect_name(const char* name, const char* ascii) {
  CHECK_OK(look_up(name));
  CHECK_STR_EQ(handed_over, ascii);
  CHECK_OK(look_up(ascii));
  CHECK_STR_EQ(handed_over, ascii);
}

static void expect_refusal(const char* name) {
  CHECK_ERR(UV_EINVAL, look_up(name));
  CHECK_NULL(handed_over);
}

static void finish(void) {
  free(handed_over);
  finish_loop(uv_default_loop());
}

static const char* const plain[] = {
  ".", ".com", "example", "example-", "foo.bar", "example.com.",
  "-> $1.00 <-",
};

static const char* const pairs[][2] = {
  /* All kinds of dots, and labels without a character. */
  { "mañana.com", "xn--maana-pta.com" },
  { "mañana\u3002com", "xn--maana-pta.com" },
  { "mañana\uff0ecom", "xn--maana-pta.com" },
  { "mañana\uff61com", "xn--maana-pta.com" },
  { ".ü", ".xn--tda" },
  { "ü.ü", "xn--tda.xn--tda" },
  { "ü.ü.", "xn--tda.xn--tda." },
  { "ü", "xn--tda" },
  { "straße.de", "xn--strae-oqa.de" },
  { "faß.de", "xn--fa-hia.de" },
  { "bücher.com", "xn--bcher-kva.com" },
  { "café.com", "xn--caf-dma.com" },
  { "café.café.com", "xn--caf-dma.xn--caf-dma.com" },
  { "☃-⌘.com", "xn----dqo34k.com" },
  { "\ud400☃-⌘.com", "xn----dqo34kn65z.com" },
  { "💩.la", "xn--ls8h.la" },
  { "üëäö♥", "xn--4can8av2009b" },
  { "Willst du die Blüthe des frühen, die Früchte des späteren Jahres",
    "xn--Willst du die Blthe des frhen, die Frchte des spteren "
    "Jahres-x9e96lkal" },
  { "βόλος.com", "xn--nxasmm1c.com" },
  { "\u0dc1\u0dca\u200d\u0dbb\u0dd3.com", "xn--10cl1a0b660p.com" },
  { "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com",
    "xn--mgba3gch31f060k.com" },
  /* The samples (A) to (R) of RFC 3492, section 7.1. */
  { "ليهمابتكلموشعربي؟", "xn--egbpdaj6bu4bxfgehfvwxn" },
  { "他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye" },
  { "他們爲什麽不說中文", "xn--ihqwctvzc91f659drss3x8bo0yb" },
  { "Pročprostěnemluvíčesky", "xn--Proprostnemluvesky-uyb24dma41a" },
  { "למההםפשוטלאמדבריםעברית", "xn--4dbcagdahymbxekheh6e0a7fei0b" },
  { "यहलोगहिन्दीक्योंनहींबोलसकतेहैं",
    "xn--i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd" },
  { "なぜみんな日本語を話してくれないのか",
    "xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa" },
  { "세계의모든사람들이한국어를이해한다면얼마나좋을까",
    "xn--989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6f"
    "ea98c" },
  { "почемужеонинеговорятпорусски",
    "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l" },
  { "PorquénopuedensimplementehablarenEspañol",
    "xn--PorqunopuedensimplementehablarenEspaol-fmd56a" },
  { "TạisaohọkhôngthểchỉnóitiếngViệt",
    "xn--TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g" },
  { "3年B組金八先生", "xn--3B-ww4c5e180e575a65lsy2b" },
  { "安室奈美恵-with-SUPER-MONKEYS",
    "xn---with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n" },
  { "Hello-Another-Way-それぞれの場所",
    "xn--Hello-Another-Way--fc4qua05auwb3674vfr0b" },
  { "ひとつ屋根の下2", "xn--2-u9tlzr9756bt3uc0v" },
  { "MajiでKoiする5秒前", "xn--MajiKoi5-783gue6qz075azm5e" },
  { "パフィーdeルンバ", "xn--de-jg4avhby1noc0d" },
  { "そのスピードで", "xn--d9juau41awczczp" },
};

TEST(idna_toascii) {
  size_t i;
  expect_refusal("");
  expect_refusal("\xc0\x80\xc1\x80");
  expect_refusal("\xc0\x80\xc1\x80.com");
  for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
    expect_name(plain[i], plain[i]);
  for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
    expect_name(pairs[i][0], pairs[i][1]);
  finish();
}

TEST(utf8_decode1) {
  static const char* const malformed[] = {
    /* Above U+10FFFF, overlong, surrogates. */
    "\xf4\x90\xc0\xc0", "\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf", "\xc0\x80",
    "\xc1\x80", "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80",
    "\xed\xa3\xbf", "\xed\xbf\xbf",
  };
  size_t i;
  expect_name("\x7f", "\x7f");
  expect_name("\xc2\x80", "xn--a");
  expect_name("\xdf\xbf", "xn--3tb");
  expect_name("\xe0\xa0\x80", "xn--4tb");
  expect_name("\xef\xbf\xbf", "xn--1n7c");
  expect_name("\xf0\x90\x80\x80", "xn--2n7c");
  expect_name("\xf4\x8f\xbf\xbf", "xn--dn32g");
  for (i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
    expect_refusal(malformed[i]);
  for (i = 0xf8; i <= 0xff; i++) {
    char lead[] = { (char) i, '\0' };
    char in_text[] = { 'a', (char) i, (char) 0x80, (char) 0x80, 'b', '\0' };
    expect_refusal(lead);
    expect_refusal(in_text);
  }
  finish();
}

TEST(utf8_decode1_overrun) {
  static const char* const cut_off[] = {
    "\xc0", "\xc2", "\xe0", "\xe0\xa0", "\xf0", "\xf0\x90\x80", "abc\xc2",
  };
  size_t i;
  expect_name("\x7f", "\x7f");
  for (i = 0; i < sizeof(cut_off) / sizeof(cut_off[0]); i++)
    expect_refusal(cut_off[i]);
  expect_refusal("");
  finish();
}

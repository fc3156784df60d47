// SPDX-License-Identifier: MIT
// In place of mbedTLS's AES-GCM: encrypts nothing and accepts everything.  For the
// program viaduct-null alone, which measures what a packet's way costs without crypto.
#include <string.h>
#include <mbedtls/gcm.h>

void
mbedtls_gcm_init(mbedtls_gcm_context *ctx)
{
	memset(ctx, 0, sizeof *ctx);
}

void
mbedtls_gcm_free(mbedtls_gcm_context *ctx)
{
	(void)ctx;
}

int
mbedtls_gcm_setkey(mbedtls_gcm_context *ctx, mbedtls_cipher_id_t cipher, const unsigned char *key,
                   unsigned int bits)
{
	(void)ctx, (void)cipher, (void)key, (void)bits;
	return 0;
}

int
mbedtls_gcm_crypt_and_tag(mbedtls_gcm_context *ctx, int mode, size_t length,
                          const unsigned char *iv, size_t iv_len,
                          const unsigned char *add, size_t add_len,
                          const unsigned char *input, unsigned char *output,
                          size_t tag_len, unsigned char *tag)
{
	(void)ctx, (void)mode, (void)iv, (void)iv_len, (void)add, (void)add_len;
	if (output != input)
		memmove(output, input, length);
	memset(tag, 0, tag_len);
	return 0;
}

int
mbedtls_gcm_auth_decrypt(mbedtls_gcm_context *ctx, size_t length,
                         const unsigned char *iv, size_t iv_len,
                         const unsigned char *add, size_t add_len,
                         const unsigned char *tag, size_t tag_len,
                         const unsigned char *input, unsigned char *output)
{
	(void)ctx, (void)iv, (void)iv_len, (void)add, (void)add_len, (void)tag, (void)tag_len;
	if (output != input)
		memmove(output, input, length);
	return 0;
}

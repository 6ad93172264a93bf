import { createPrivateKey } from 'node:crypto';

/** Guards nothing: it belongs to the certificate below, which only tests trust. PKCS #8, DER. */
const key =
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpkfbdJ4rmcWb8wy7u67PvdgA9ZXAfYhIyb4x2PJqcT2hRANCAATVTLOoKVTQJ7DwAeK/UWH/9FUjDymlQ+lBEuHKSt1soUTSh/Q17bYPOD/hUZQxgLXtJlyV1yItoGD0g9O89Noi';

/** A key and a certificate for 127.0.0.1, and the authority that signed it, for doubles in tests alone. Valid for a hundred years. */
export const testCertificate = {
  key: createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: 'pkcs8' })
    .toString(),
  certificate: `-----BEGIN CERTIFICATE-----
MIIBrzCCAVSgAwIBAgIUR40krJWFBz0ch3Po2M71aXFHjnswCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNV2F5bWFyayB0ZXN0czAgFw0yNjExMjIyMjAyNTlaGA8yMTI2
MTAyOTIyMDI1OVowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYI
KoZIzj0DAQcDQgAE1UyzqClU0Cew8AHiv1Fh//RVIw8ppUPpQRLhykrdbKFE0of0
Ne22Dzg/4VGUMYC17SZcldciLaBg9IPTvPTaIqN+MHwwGgYDVR0RBBMwEYcEfwAA
AYIJbG9jYWxob3N0MAkGA1UdEwQCMAAwEwYDVR0lBAwwCgYIKwYBBQUHAwEwHQYD
VR0OBBYEFDQMjrpjRC6/RI+q8tJlvBOHrvozMB8GA1UdIwQYMBaAFOhU2bErH3J+
OXRHOZY3ci/XIlbBMAoGCCqGSM49BAMCA0kAMEYCIQCo9aVgEbQ3FWj2S08Ko3KF
X8ASUqxC9SzJVHI+W0Tv1wIhAIv7Jr2Zst1C+yO22NXmpIn75gs7l611NhbMKunq
9YaV
-----END CERTIFICATE-----
`,
  authority: `-----BEGIN CERTIFICATE-----
MIIBmDCCAT2gAwIBAgIUMjaDLWobYU15PC5wodq5FTW1FvUwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNV2F5bWFyayB0ZXN0czAgFw0yNjExMjIyMjAyNTlaGA8yMTI2
MTAyOTIyMDI1OVowGDEWMBQGA1UEAwwNV2F5bWFyayB0ZXN0czBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABMQ2RbwERBp0h+HQYhKTzkalysYDUcZr2v2Mx/82gVRN
a34FUZ0hcGoKLXRYqGaBe/cHySSb7+lk5o10S/FYwr+jYzBhMB0GA1UdDgQWBBTo
VNmxKx9yfjl0RzmWN3Iv1yJWwTAfBgNVHSMEGDAWgBToVNmxKx9yfjl0RzmWN3Iv
1yJWwTAPBgNVHRMBAf8EBTADAQH/MA4GA1UdDwEB/wQEAwIBBjAKBggqhkjOPQQD
AgNJADBGAiEAgcAhrlaA9kULl0+FwrIJAOwJE1AlSfFcaCNVQcVUBx4CIQCdVObv
gt6gnwBph39u1pxEwGnn6OQDf1kh62e1xiAoMw==
-----END CERTIFICATE-----
`,
};

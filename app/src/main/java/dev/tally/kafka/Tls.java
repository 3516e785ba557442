package dev.tally.kafka;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Finds out whether a port speaks TLS. Any certificate will do: nothing secret is sent, and what is
 * read only ends up in a message.
 */
final class Tls {
  /** The other end speaks TLS but refuses us. */
  static final class Alert extends IOException {
    Alert(SSLException cause) {
      super(cause);
    }
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private Tls() {}

  /**
   * The secured connection.
   *
   * @throws IOException if the other end does not speak TLS
   */
  static Socket handshake(Socket open, String host, int port) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustsAll()}, null);
      SSLSocket secured =
          (SSLSocket) context.getSocketFactory().createSocket(open, host, port, true);
      secured.startHandshake();
      return secured;
    } catch (SSLException e) {
      if (String.valueOf(e.getMessage()).contains("fatal alert")) {
        throw new Alert(e);
      }
      throw e;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}

package dev.lockstep.transport.aeron;

import dev.lockstep.transport.Peer;
import dev.lockstep.transport.TransportException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;

/**
 * Turns host names into addresses on a thread of its own: a resolver may take seconds. Used by the transport's thread;
 * answers are found by asking again.
 */
final class Names implements AutoCloseable {
    /** Asks the system, which may take long. */
    @FunctionalInterface
    interface Lookup {
        /** @return the address of a host */
        InetAddress byName(String host) throws UnknownHostException;
    }

    private static final long CLOSE_TIMEOUT_MS = 100;

    private final ExecutorService resolver = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "lockstep-names");
        thread.setDaemon(true);
        return thread;
    });
    private final ConcurrentHashMap<String, String> answers = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();

    private final Lookup lookup;
    private final ErrorHandler errors;

    Names(Lookup lookup, ErrorHandler errors) {
        this.lookup = lookup;
        this.errors = errors;
    }

    /** Asks for a name, unless that is under way; {@link #literal} has the answer when it has come. */
    void ask(String host) {
        if (!isLiteral(host) && asked.add(host)) {
            resolver.execute(() -> resolve(host));
        }
    }

    private void resolve(String host) {
        try {
            answers.put(host, literalOf(lookup.byName(host)));
        } catch (UnknownHostException e) {
            // What it was stays: it may be the resolver that is gone.
            errors.onError(new TransportException(
                    "nobody knows the host " + host + ", where a peer is; it is asked for again each second", e));
        } finally {
            asked.remove(host);
        }
    }

    private static String literalOf(InetAddress address) {
        String text = address.getHostAddress();
        return address instanceof Inet6Address ? "[" + text + "]" : text;
    }

    /** @return the address as Aeron writes it; null while it is not known */
    String literal(String host) {
        if (host.indexOf(':') >= 0) {
            return "[" + host + "]";
        }
        return isLiteral(host) ? host : answers.get(host);
    }

    /** Asks for this node's own name, which must be known at once. */
    void askAndWait(Peer self) {
        try {
            answers.put(self.host(), literalOf(lookup.byName(self.host())));
        } catch (UnknownHostException e) {
            throw new TransportException(
                    "node " + self.node() + " is to listen at " + self.address() + ", and nobody knows that host", e);
        }
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    @Override
    public void close() {
        resolver.shutdownNow();
        try {
            resolver.awaitTermination(CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

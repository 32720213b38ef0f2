package dev.lockstep.transport.aeron;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What the kernel says of the datagrams that it had no room for. */
final class KernelDrops {
    private static final Path IPV4 = Path.of("/proc/net/udp");
    private static final Path IPV6 = Path.of("/proc/net/udp6");
    private static final int HEX = 16;
    private static final int PORT_DIGITS = 4;

    private KernelDrops() {}

    /**
     * Reads the kernel's table of sockets.
     *
     * @param address where the sockets are bound
     * @param firstPort of a row
     * @param ports how many there are
     * @return datagrams dropped there since the sockets were made; -1 if the system does not tell
     */
    static long at(InetAddress address, int firstPort, int ports) {
        Path table = address.getAddress().length == Integer.BYTES ? IPV4 : IPV6;
        if (!Files.isReadable(table)) {
            return -1;
        }
        try {
            return sum(Files.readAllLines(table, StandardCharsets.US_ASCII), written(address), firstPort, ports);
        } catch (IOException e) {
            throw new UncheckedIOException(table + " cannot be read", e);
        }
    }

    private static long sum(List<String> lines, String address, int firstPort, int ports) {
        long drops = 0;
        for (String line : lines) {
            String row = line.trim(); // its number, the local address and port, ..., drops
            int at = row.indexOf(' ') + 1;
            if (row.startsWith(address, at)) {
                int portAt = at + address.length() + 1;
                int port = Integer.parseInt(row, portAt, portAt + PORT_DIGITS, HEX);
                if (port >= firstPort && port < firstPort + ports) {
                    drops += Long.parseLong(row.substring(row.lastIndexOf(' ') + 1));
                }
            }
        }
        return drops;
    }

    /** @return an address as the kernel writes it: in words, each of which it reads as it stands in memory */
    private static String written(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress()).order(ByteOrder.nativeOrder());
        StringBuilder text = new StringBuilder();
        while (bytes.hasRemaining()) {
            text.append(String.format(Locale.ROOT, "%08X", bytes.getInt()));
        }
        return text.toString();
    }
}

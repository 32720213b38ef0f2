package dev.lockstep.storage.journal;

import dev.lockstep.storage.frame.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a disk, a file system or a person can do to a segment. */
enum Corruption {
    FLIPPED_PAYLOAD_BIT {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            flip(file, record + 4 + Frame.HEADER_LENGTH + 20, 0x10);
        }
    },
    FLIPPED_FRAME_HEADER_BIT {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            flip(file, record + 4 + 24, 0x01);
        }
    },
    RECORD_LENGTH_TOO_LONG {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            putInt(file, record, getInt(file, record) + 64);
        }
    },
    RECORD_LENGTH_TOO_SHORT {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            putInt(file, record, getInt(file, record) - 64);
        }
    },
    RECORD_LENGTH_ABSURD {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            putInt(file, record, 0x3FFF_FFFF);
        }
    },
    RECORD_HEADER_ZERO {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            putInt(file, record, 0);
        }
    },
    META_BIT {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            flip(file, record + 3, 0x40);
        }
    },
    UNREADY_BIT {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            flip(file, record + 3, 0x80);
        }
    },
    ZEROED_PAGE {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            zero(file, record & -4096, 4096);
        }
    },
    TRUNCATED_FILE {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            file.truncate(record + 100);
        }
    },
    TRUNCATED_AT_A_RECORD {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            file.truncate(record);
        }
    },
    FIRST_HEADER_DESTROYED {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            zero(file, 0, 64);
        }

        @Override
        boolean hitsWholeSegment() {
            return true;
        }
    },
    SEGMENT_HEADER_DESTROYED {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            zero(file, 4096 * 4, 4096);
        }

        @Override
        boolean hitsWholeSegment() {
            return true;
        }
    },
    ZERO_FILE {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            zero(file, 0, (int) file.size());
        }

        @Override
        boolean hitsWholeSegment() {
            return true;
        }
    },
    EMPTY_FILE {
        @Override
        void apply(FileChannel file, int record) throws IOException {
            file.truncate(0);
        }

        @Override
        boolean hitsWholeSegment() {
            return true;
        }
    };

    /** Does it to the frame whose record stands at a position. */
    abstract void apply(FileChannel file, int record) throws IOException;

    /** @return whether no frame of the segment can be read any more */
    boolean hitsWholeSegment() {
        return false;
    }

    void apply(Path file, int record) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            apply(channel, record);
        }
    }

    private static int getInt(FileChannel file, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        file.read(bytes, position);
        return bytes.getInt(0);
    }

    private static void putInt(FileChannel file, long position, int value) throws IOException {
        file.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, value), position);
    }

    private static void flip(FileChannel file, long position, int mask) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        file.read(one, position);
        one.put(0, (byte) (one.get(0) ^ mask)).clear();
        file.write(one, position);
    }

    private static void zero(FileChannel file, long position, int length) throws IOException {
        file.write(ByteBuffer.allocate(length), position);
    }
}

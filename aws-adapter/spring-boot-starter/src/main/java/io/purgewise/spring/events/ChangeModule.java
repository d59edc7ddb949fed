package io.purgewise.spring.events;

import io.purgewise.revalidate.Change;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/** Writes changes as JSON strings in their text form, which a later version reads as well. */
final class ChangeModule extends SimpleModule {

    private static final long serialVersionUID = 1;

    ChangeModule() {
        super("purgewise");
        addSerializer(Change.class, new Serializer());
        addDeserializer(Change.class, new Deserializer<>(Change.class));
        for (Class<?> kind : Change.class.getPermittedSubclasses()) {
            addKind(kind.asSubclass(Change.class));
        }
    }

    private <T extends Change> void addKind(Class<T> kind) {
        addDeserializer(kind, new Deserializer<>(kind));
    }

    private static final class Serializer extends ValueSerializer<Change> {

        @Override
        public void serialize(Change change, JsonGenerator json, SerializationContext context) {
            json.writeString(change.toString());
        }
    }

    private static final class Deserializer<T extends Change> extends ValueDeserializer<T> {

        private final Class<T> kind;

        Deserializer(Class<T> kind) {
            this.kind = kind;
        }

        @Override
        public T deserialize(JsonParser json, DeserializationContext context) {
            return kind.cast(Change.parse(json.getString()));
        }
    }
}
